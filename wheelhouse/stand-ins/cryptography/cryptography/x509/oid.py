"""Object identifiers of the parts of a name (RFC 5280, appendix A)."""


class NameOID:
    """Dotted object identifiers under the names that the real package gives them."""

    COMMON_NAME = "2.5.4.3"
    COUNTRY_NAME = "2.5.4.6"
    LOCALITY_NAME = "2.5.4.7"
    STATE_OR_PROVINCE_NAME = "2.5.4.8"
    ORGANIZATION_NAME = "2.5.4.10"
    ORGANIZATIONAL_UNIT_NAME = "2.5.4.11"
