"""Several machines in network namespaces: PostgreSQL, Redis, a relay, nginx, the site, and visitors."""
