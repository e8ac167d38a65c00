# Matchbox in a container. Its only build step is `./run build`, which is tested; no container engine was there to test this file.
#
#   docker build -f appliance.Dockerfile -t matchbox .
#   docker run --network host -v matchbox-state:/var/lib/matchbox-state -v /var/lib/matchbox:/var/lib/matchbox:ro \
#       -v ./appliance.yaml:/etc/matchbox/appliance.yaml:ro matchbox
#
# DHCP needs the host's network: broadcasts do not cross a bridge with address translation.

ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK_IMAGE} AS build
# The boot loaders come out of Debian's packages, so apt must know Debian 12's archive.
ARG DEBIAN_SUITE=bookworm
RUN . /etc/os-release \
 && if [ "$ID" != debian ] || [ "$VERSION_CODENAME" != "$DEBIAN_SUITE" ]; then \
      apt-get -qq update && apt-get -qqy install --no-install-recommends debian-archive-keyring \
      && printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian %s main\n' "$DEBIAN_SUITE" \
         > /etc/apt/sources.list.d/debian.list; \
    fi \
 && apt-get -qq update
WORKDIR /source
COPY . .
RUN ./run build

FROM ${RUNTIME_IMAGE}
USER root
RUN apt-get -qq update \
 && apt-get -qqy install --no-install-recommends libcap2-bin \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 961 --no-create-home --home-dir /var/lib/matchbox-state matchbox \
 && install -d -o matchbox -g matchbox -m 0750 /var/lib/matchbox-state \
 && install -d /var/lib/matchbox /etc/matchbox
COPY --from=build /source/artifacts/matchbox /opt/matchbox
# Ports 67, 69 and 4011, and frames to machines without an address, without root.
RUN setcap cap_net_bind_service,cap_net_raw+ep /opt/matchbox/matchbox \
 && ln -s /opt/matchbox/matchbox /usr/local/bin/matchbox
USER matchbox
ENV MATCHBOX_STATE_PATH=/var/lib/matchbox-state
VOLUME ["/var/lib/matchbox-state"]
EXPOSE 67/udp 69/udp 4011/udp 8080/tcp
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s CMD ["/opt/matchbox/matchbox", "health"]
ENTRYPOINT ["/opt/matchbox/matchbox"]
CMD ["serve"]
