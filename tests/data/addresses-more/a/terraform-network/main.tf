terraform {
  required_version = ">= 1.7"
  required_providers {
    aws   = { source = "hashicorp/aws", version = "~> 5.60" }
    vault = { source = "hashicorp/vault", version = "~> 4.4" }
    infra = { source = "registry.corp.halcyon-air.com/infra/ipam", version = "1.9.0" }
  }
  backend "s3" {
    bucket    = "halcyon-tfstate"
    key       = "network/prod.tfstate"
    region    = "eu-north-1"
    endpoints = { s3 = "https://s3.objects.halcyon-air.com" }
  }
}

provider "vault" {
  address = "https://vault.halcyon-air.com:8200"
}

provider "postgresql" {
  host     = "pg-admin.halcyon.internal"
  port     = 5433
  username = "terraform"
  sslmode  = "require"
}

provider "grafana" {
  url  = "https://grafana.halcyon-air.com"
  auth = var.grafana_token
}

provider "dns" {
  update {
    server        = "10.6.0.53"
    key_name      = "tf."
    key_algorithm = "hmac-sha256"
  }
}

module "vpc" {
  source = "git::https://git.halcyon-air.com/tf/vpc.git?ref=v3.4.1"
  cidr   = "10.6.0.0/16"
  tags   = { owner = "netops@halcyon-air.com", cost_center = "4410" }
}

resource "aws_vpc_dhcp_options" "main" {
  domain_name         = "halcyon.internal"
  domain_name_servers = ["10.6.0.53", "10.6.1.53"]
  ntp_servers         = ["10.6.0.123"]
}

resource "aws_sns_topic_subscription" "oncall" {
  topic_arn = "arn:aws:sns:eu-north-1:111122223333:oncall"
  protocol  = "https"
  endpoint  = "https://pager.halcyon-air.com/sns/ingest"
}

resource "aws_customer_gateway" "arlanda" {
  bgp_asn    = 65120
  ip_address = "203.0.113.77"
  type       = "ipsec.1"
}

resource "aws_route53_record" "crew" {
  zone_id = var.zone_id
  name    = "crew.halcyon-air.com"
  type    = "CNAME"
  ttl     = 300
  records = ["edge.halcyon-air.com"]
}
