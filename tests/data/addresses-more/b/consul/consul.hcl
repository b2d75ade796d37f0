# server agent, datacenter gva1
datacenter         = "gva1"
primary_datacenter = "zrh1"
node_name          = "consul-gva1-a"
data_dir           = "/opt/consul"
domain             = "consul"
server             = true
bootstrap_expect   = 3
log_level          = "INFO"
encrypt            = "6K3cVHwmLB1rJ0N0xB2dGQ=="

bind_addr      = "10.44.0.11"
advertise_addr_wan = "185.203.114.9"
client_addr    = "127.0.0.1 10.44.0.11"

addresses {
  grpc_tls = "0.0.0.0"
}
ports {
  http     = -1
  https    = 8501
  grpc_tls = 8503
}

retry_join = [
  "consul-gva1-b.lemanbank.internal",
  "10.44.0.13:8301",
  "[fd44:0:0:1::14]:8301",
]
retry_join_wan  = ["consul.zrh1.lemanbank.internal"]
retry_interval  = "15s"

recursors = ["10.44.0.2", "10.44.0.3:5353"]

connect {
  enabled     = true
  ca_provider = "vault"
  ca_config {
    address               = "https://vault.lemanbank.internal:8200"
    token                 = "s.redacted"
    root_pki_path         = "connect_root"
    intermediate_pki_path = "connect_dc1_inter"
    leaf_cert_ttl         = "72h"
  }
}

telemetry {
  dogstatsd_addr            = "statsd.lemanbank.internal:8125"
  prometheus_retention_time = "60s"
  disable_hostname          = true
}

tls {
  defaults {
    ca_file         = "/etc/consul.d/ca.pem"
    verify_incoming = true
  }
}

ui_config {
  enabled          = true
  metrics_provider = "prometheus"
  metrics_proxy {
    base_url = "http://prometheus.gva1.lemanbank.internal:9090"
  }
  dashboard_url_templates {
    service = "https://grafana.lemanbank.ch/d/svc?var-service={{Service.Name}}"
  }
}
