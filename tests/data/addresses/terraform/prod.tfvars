region         = "eu-west-1"
vpc_cidr       = "10.20.0.0/16"
db_endpoint    = "main.abcdef.eu-west-1.rds.corp.internal:5432"
redis_endpoint = "cache.corp.internal:6379"
ami_id         = "ami-0abcdef1234567890"
allowed_cidrs  = ["10.0.0.0/8", "192.168.0.0/16"]
zone_name      = "shop.io"
vault_addr     = "https://vault.corp.internal:8200"
tags = { Owner = "team@shop.io", Module = "terraform.shop.io/network" }
instance_type  = "m5.large"
syslog_server  = "syslog.corp.internal"
