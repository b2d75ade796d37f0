job "web" {
  datacenters = ["dc1"]
  type = "service"
  group "web" {
    count = 3
    task "app" {
      driver = "docker"
      config {
        image = "registry.corp.internal:5000/web:1.0"
        args  = ["--db", "postgres://pg.corp.internal:5432/web", "--consul=consul.service.consul:8500"]
      }
      env {
        REDIS_ADDR = "redis.service.consul:6379"
        LOG_LEVEL  = "info"
      }
    }
  }
}
