terraform {
  required_version = ">= 1.6.0"
  required_providers {
    proxmox = {
      source  = "registry.terraform.io/bpg/proxmox"
      version = "~> 0.66"
    }
    vault = {
      source  = "hashicorp/vault"
    }
  }
  backend "s3" {
    bucket                      = "tf-state"
    key                         = "prod/network.tfstate"
    region                      = "main"
    endpoints                   = { s3 = "https://minio.hvidovre-net.dk:9000" }
    use_path_style              = true
  }
}

provider "vault" {
  address = "https://vault.hvidovre-net.dk:8200"
}

provider "proxmox" {
  endpoint = "https://pve01.hvidovre-net.dk:8006/"
  insecure = false
}

provider "postgresql" {
  host     = "10.5.0.32"
  port     = 5432
  username = "terraform"
  sslmode  = "require"
}

provider "dns" {
  update {
    server = "ns1.hvidovre-net.dk"
    key_name = "tf."
  }
}

resource "dns_a_record_set" "www" {
  zone      = "hvidovre-net.dk."
  name      = "www"
  addresses = ["198.51.100.20", "198.51.100.21"]
}

module "vpc" {
  source = "git::https://git.hvidovre-net.dk/iac/vpc.git?ref=v2.1.0"
  cidr   = "10.5.0.0/16"
}

resource "proxmox_virtual_environment_vm" "edge" {
  name      = "edge-01"
  node_name = "pve01"
  initialization {
    dns {
      servers = ["10.5.0.53", "2001:db8:d1::53"]
      domain  = "hvidovre-net.dk"
    }
    ip_config {
      ipv4 {
        address = "10.5.1.20/24"
        gateway = "10.5.1.1"
      }
    }
  }
}
