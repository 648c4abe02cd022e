FROM debian:12.5@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f
RUN set -eux; \
    sed -i 's|http://deb.debian.org/debian|http://snapshot.debian.org/archive/debian/20240601T000000Z|' /etc/apt/sources.list.d/debian.sources; apt-get update; apt-get install -y --no-install-recommends gnupg wget; \
    savedAptMark="$(apt-mark showmanual)"; \
    wget -O tool.tgz https://example.com/tool-1.2.tgz; \
    wget -O tool.tgz.asc https://example.com/tool-1.2.tgz.asc; \
    export GNUPGHOME="$(mktemp -d)"; \
    gpg --batch --keyserver keys.openpgp.org --recv-keys 4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f; \
    gpg --batch --verify tool.tgz.asc tool.tgz; \
    gpgconf --kill all; \
    rm -rf "$GNUPGHOME" tool.tgz.asc; \
    tar -xzf tool.tgz -C /usr/local --strip-components=1; \
    rm tool.tgz; \
    apt-mark auto '.*' > /dev/null; apt-mark manual $savedAptMark > /dev/null; \
    apt-get purge -y --auto-remove; \
    rm -rf /var/lib/apt/lists/* /var/log/apt/* /var/log/dpkg.log /var/log/alternatives.log /var/cache/ldconfig/aux-cache /var/cache/debconf/*-old
CMD ["tool"]
