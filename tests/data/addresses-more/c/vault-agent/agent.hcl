# Vault agent on the payments hosts
pid_file = "/run/vault-agent.pid"
log_level = "info"
vault {
  address         = "https://vault-active.vault.saffronpay.co.za:8200"
  tls_server_name = "vault.saffronpay.co.za"
  ca_cert         = "/etc/vault/ca.pem"
  retry {
    num_retries = 5
  }
}

auto_auth {
  method "approle" {
    mount_path = "auth/approle"
    config = {
      role_id_file_path   = "/etc/vault/role_id"
      secret_id_file_path = "/etc/vault/secret_id"
    }
  }
  sink "file" {
    config = {
      path = "/run/vault/token"
      mode = 0640
    }
  }
}

cache {
  use_auto_auth_token = true
}

listener "tcp" {
  address     = "127.0.0.1:8100"
  tls_disable = true
}

listener "unix" {
  address = "/run/vault/agent.sock"
}

telemetry {
  statsd_address   = "statsd.saffronpay.internal:8125"
  disable_hostname = true
}

template {
  destination = "/etc/payments/db.properties"
  perms       = "0640"
  command     = "systemctl reload payments"
  contents    = <<EOT
{{ with secret "database/creds/payments" }}
jdbc.url=jdbc:postgresql://pg-pay-a.saffronpay.internal:5432,pg-pay-b.saffronpay.internal:5432/payments
jdbc.user={{ .Data.username }}
{{ end }}
EOT
}

env_template "ACQUIRER_URL" {
  contents = "https://acquirer-gw.saffronpay.co.za/v2"
}

env_template "REDIS_URL" {
  contents = "rediss://:{{ with secret \"kv/data/redis\" }}{{ .Data.data.pw }}{{ end }}@redis-pay.saffronpay.internal:6380/0"
}

exec {
  command                   = ["/opt/payments/bin/worker", "--amqp", "amqps://rmq.saffronpay.internal:5671"]
  restart_on_secret_changes = "always"
}
