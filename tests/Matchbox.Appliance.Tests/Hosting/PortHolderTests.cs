using Matchbox.Appliance.Hosting;

namespace Matchbox.Appliance.Tests.Hosting;

public sealed class PortHolderTests
{
    private static readonly string[] Tcp =
    [
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0",
        "   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1",
        "   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0",
    ];

    [Fact]
    public void Listening_sockets_of_the_port_are_found_by_their_inode() => Assert.Equal(["4711"], PortHolder.SocketsOn(Tcp, 8080, listening: true));

    [Fact]
    public void Of_datagrams_every_bound_socket_counts() => Assert.Equal(["4711", "4712"], PortHolder.SocketsOn(Tcp, 8080, listening: false));

    [Fact]
    public void A_free_port_is_held_by_nobody() => Assert.Empty(PortHolder.SocketsOn(Tcp, 80, listening: true));
}
