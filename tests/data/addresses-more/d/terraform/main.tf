terraform {
  required_version = ">= 1.6.0"
  required_providers {
    vault = {
      source  = "registry.terraform.io/hashicorp/vault"
      version = "~> 4.2"
    }
    postgresql = {
      source  = "cyrilgdn/postgresql"
      version = "1.22.0"
    }
  }
  backend "s3" {
    bucket                      = "tfstate-prod"
    key                         = "identity/terraform.tfstate"
    region                      = "gra"
    endpoints                   = { s3 = "https://s3.gra.io.cloud.ovh.net" }
    skip_credentials_validation = true
  }
}

provider "vault" {
  address = "https://vault.larkspur.finance:8200"
}

provider "postgresql" {
  host            = "pg-identity.larkspur.internal"
  port            = 5432
  username        = "terraform"
  sslmode         = "require"
  connect_timeout = 15
}

provider "kubernetes" {
  host                   = "https://api.k8s-prod.larkspur.internal:6443"
  cluster_ca_certificate = file("${path.module}/ca.crt")
}

module "network" {
  source     = "git::https://git.larkspur.finance/infra/tf-network.git?ref=v3.1.0"
  cidr_block = "10.180.0.0/16"
}

resource "vault_jwt_auth_backend" "oidc" {
  path               = "oidc"
  type               = "oidc"
  oidc_discovery_url = "https://login.microsoftonline.com/3c1b7d4e-9f1a-4be1-9c55-6c1f2f60aa01/v2.0"
  oidc_client_id     = "5e6fa3c4"
}

resource "vault_database_secret_backend_connection" "orders" {
  backend       = "database"
  name          = "orders"
  allowed_roles = ["orders-*"]
  postgresql {
    connection_url = "postgres://{{username}}:{{password}}@orders-db.larkspur.internal:5433/orders"
  }
}

resource "helm_release" "ingress" {
  name       = "ingress-nginx"
  repository = "https://kubernetes.github.io/ingress-nginx"
  chart      = "ingress-nginx"
  version    = "4.11.1"
}

data "http" "office_ranges" {
  url = "https://netbox.larkspur.finance/api/ipam/prefixes/?role=office"
}
