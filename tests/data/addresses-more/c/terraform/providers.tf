terraform {
  required_version = ">= 1.6"

  required_providers {
    vault = {
      source  = "hashicorp/vault"
      version = "~> 4.4"
    }
    proxmox = {
      source  = "registry.opentofu.org/bpg/proxmox"
      version = "0.66.1"
    }
  }

  backend "s3" {
    bucket         = "tfstate-core"
    key            = "network/terraform.tfstate"
    region         = "main"
    use_path_style = true
    endpoints = {
      s3 = "https://s3.garage.ottervik.no:3900"
    }
  }
}

provider "vault" {
  address         = "https://vault.ottervik.no:8200"
  skip_tls_verify = false
}

provider "proxmox" {
  endpoint = "https://pve-1.mgmt.ottervik.internal:8006/"
  insecure = true
  ssh {
    agent = true
    node {
      name    = "pve-2"
      address = "10.255.0.12"
      port    = 22
    }
  }
}

provider "powerdns" {
  server_url = "http://ns-hidden.ottervik.internal:8081"
  api_key    = var.pdns_api_key
}

provider "grafana" {
  url  = "https://grafana.ottervik.no/"
  auth = var.grafana_token
}

provider "kubernetes" {
  host                   = "https://[2001:db8:4:1::10]:6443"
  tls_server_name        = "kube.ottervik.internal"
  cluster_ca_certificate = file("${path.module}/ca.pem")
}

provider "rabbitmq" {
  endpoint = "http://rabbit-mgmt.ottervik.internal:15672"
  username = "terraform"
}

# module source pinned, see https://git.ottervik.no/tf/modules
module "dns_zone" {
  source = "git::https://git.ottervik.no/tf/modules.git//zone?ref=v2.1.0"
  zone   = "ottervik.no."
}
