"""The files with which a server runs the site: units, proxies, containers, Tor, settings.

They are templates under files/, with `[[ … ]]` for values and `[% … %]` for what is optional, so that
neither nginx nor Caddy nor systemd has these signs. `campaign deploy init` writes them out.
"""
