"""The register's arithmetic: pure, without Django's database and without a clock."""
