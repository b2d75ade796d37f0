job "imagor" {
  datacenters = ["ams1"]
  type        = "service"

  constraint {
    attribute = "${node.class}"
    value     = "media"
  }
  group "api" {
    count = 3
    network {
      mode = "bridge"
      port "http" {
        to = 8000
      }
      dns {
        servers  = ["172.17.0.1", "10.73.0.2"]
        searches = ["service.consul"]
      }
    }
    service {
      name = "imagor"
      port = "http"
      tags = [
        "traefik.enable=true",
        "traefik.http.routers.imagor.rule=Host(`img.poppyfield.media`)",
      ]
      connect {
        sidecar_service {
          proxy {
            upstreams {
              destination_name   = "thumb-cache"
              local_bind_address = "127.0.0.1"
              local_bind_port    = 6379
            }
          }
        }
      }
    }
    task "imagor" {
      driver = "docker"
      config {
        image = "ghcr.io/cshum/imagor:1.4.15"
        ports = ["http"]
        logging {
          type = "syslog"
          config {
            syslog-address = "tcp+tls://syslog.poppyfield.media:6514"
            tag            = "imagor"
          }
        }
      }
      artifact {
        source      = "https://artifacts.poppyfield.media/imagor/watermarks.tgz"
        destination = "local/watermarks"
      }
      env {
        S3_ENDPOINT          = "http://ceph-rgw.service.consul:7480"
        HTTP_LOADER_BASE_URL = "https://origin.poppyfield.media/raw"
        SENTRY_DSN           = "https://9e1@sentry.poppyfield.media/22"
        PORT                 = "8000"
      }
      resources {
        cpu    = 800
        memory = 1024
      }
    }
  }
}
