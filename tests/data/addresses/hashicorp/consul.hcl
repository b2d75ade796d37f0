datacenter = "dc1"
data_dir   = "/opt/consul"
client_addr = "0.0.0.0"
bind_addr  = "10.0.1.5"
retry_join = ["consul-1.corp.internal", "consul-2.corp.internal:8301", "provider=aws tag_key=consul tag_value=server"]
ui_config { enabled = true }
ports { grpc = 8502 }
telemetry {
  statsd_address = "statsd.corp.internal:8125"
  disable_hostname = true
}
recursors = ["10.0.0.2"]
