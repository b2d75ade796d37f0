storage "consul" {
  address = "consul-1.corp.internal:8500"
  path    = "vault/"
}
listener "tcp" {
  address       = "0.0.0.0:8200"
  tls_cert_file = "/etc/vault/tls.crt"
}
seal "transit" {
  address = "https://vault-unseal.corp.internal:8200"
}
api_addr = "https://vault.corp.internal:8200"
cluster_addr = "https://10.0.1.5:8201"
