"""Every word a person reads: gettext with Chinese source text, HTML escaping, buttons."""
