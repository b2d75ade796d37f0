job "ingest" {
  datacenters = ["mtl1", "yul2"]

  update {
    max_parallel     = 1
  }

  group "worker" {
    count = 4

    network {
      mode = "bridge"
      port "http" { to = 8080 }
      dns {
        servers  = ["10.60.0.2", "10.60.0.3"]
        searches = ["erable.internal"]
      }
    }

    service {
      name = "ingest"
      port = "http"
      tags = ["traefik.enable=true", "traefik.http.routers.ingest.rule=Host(`ingest.erable.quebec`)"]
      check {
        type     = "http"
        path     = "/healthz"
        interval = "10s"
        timeout  = "2s"
      }
    }

    task "worker" {
      driver = "docker"
      config {
        image = "ghcr.io/erable/ingest:4.2.0"
        ports = ["http"]
        extra_hosts = ["oracle-legacy:10.60.44.5"]
        logging {
          type = "gelf"
          config {
            gelf-address = "udp://gelf.erable.internal:12201"
            tag          = "ingest"
          }
        }
      }
      artifact {
        source      = "https://artifacts.erable.quebec/models/geo-2024.09.tar.gz"
        destination = "local/models"
      }
      env {
        LISTEN_ADDR    = "0.0.0.0:8080"
        KAFKA_BROKERS  = "kafka-1.erable.internal:9092,kafka-2.erable.internal:9092"
        MONGO_URL      = "mongodb+srv://ingest@cluster0.k2v9z.mongodb.net/ingest?retryWrites=true"
        RUST_LOG       = "info,hyper=warn"
      }
      template {
        destination = "secrets/db.env"
        env         = true
        data        = <<EOT
PGHOST={{ with secret "kv/data/ingest" }}{{ .Data.data.host }}{{ end }}
SENTRY_DSN=https://ab12cd@o41.ingest.sentry.io/880
EOT
      }
      resources {
        cpu    = 500
        memory = 512
      }
    }
  }
}
