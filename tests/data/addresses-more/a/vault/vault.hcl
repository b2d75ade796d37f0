# vault node c, raft storage
ui            = true
cluster_name  = "vault-rigel"
api_addr      = "https://vault-c.sec.rigelpharma.bio:8200"
cluster_addr  = "https://10.91.0.13:8201"
disable_mlock = true
log_level     = "warn"
plugin_directory = "/opt/vault/plugins"

storage "raft" {
  path    = "/opt/vault/data"
  node_id = "vault-c"

  retry_join {
    leader_api_addr         = "https://vault-a.sec.rigelpharma.bio:8200"
    leader_ca_cert_file     = "/opt/vault/tls/ca.pem"
    leader_tls_servername   = "vault.sec.rigelpharma.bio"
  }
  retry_join {
    leader_api_addr     = "https://10.91.0.12:8200"
    leader_ca_cert_file = "/opt/vault/tls/ca.pem"
  }
}

listener "tcp" {
  address         = "0.0.0.0:8200"
  cluster_address = "10.91.0.13:8201"
  tls_cert_file   = "/opt/vault/tls/vault.sec.rigelpharma.bio.crt"
  tls_key_file    = "/opt/vault/tls/vault.sec.rigelpharma.bio.key"
  x_forwarded_for_authorized_addrs = "10.91.8.0/24"
  telemetry {
    unauthenticated_metrics_access = true
  }
}

listener "tcp" {
  address     = "127.0.0.1:8202"
  tls_disable = true
}

seal "transit" {
  address         = "https://unseal.rigelpharma.bio:8200"
  key_name        = "autounseal-rigel"
  mount_path      = "transit/"
  tls_server_name = "unseal.rigelpharma.bio"
}

service_registration "consul" {
  address = "127.0.0.1:8500"
  scheme  = "http"
  service = "vault"
}

telemetry {
  statsd_address    = "statsd.metrics.rigel.internal:8125"
  statsite_address  = "10.91.2.60:8125"
  disable_hostname  = true
  usage_gauge_period = "10m"
}

max_lease_ttl     = "768h"
default_lease_ttl = "24h"
