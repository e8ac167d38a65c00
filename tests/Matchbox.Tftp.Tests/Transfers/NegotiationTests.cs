using Matchbox.Protocols.Tftp;
using Matchbox.Tftp.Transfers;

namespace Matchbox.Tftp.Tests.Transfers;

public sealed class NegotiationTests
{
    private static Negotiation For(TftpOptions options, TftpMode mode = TftpMode.Octet, long length = 1000, int mtu = 1500, TftpSettings? settings = null) =>
        Negotiation.For(new TftpRequest { IsWrite = false, FileName = "f", Mode = mode, Options = options }, length, mtu, settings ?? new TftpSettings());

    [Fact]
    public void Without_options_there_is_no_option_ack()
    {
        var agreed = For(default);
        Assert.True(agreed.Accepted.IsEmpty);
        Assert.Equal((512, 1), (agreed.BlockSize, agreed.WindowSize));
    }

    [Theory]
    [InlineData(1428, 1500, 1428)]
    [InlineData(1468, 1500, 1468)]
    [InlineData(8192, 1500, 1468)]
    [InlineData(8192, 9000, 1468)]      // a client behind a smaller MTU than ours must still get it
    [InlineData(1468, 1400, 1368)]
    [InlineData(8, 1500, 8)]
    public void Blocks_fit_the_path(int asked, int mtu, int granted) =>
        Assert.Equal(granted, For(new TftpOptions { BlockSize = asked }, mtu: mtu).Accepted.BlockSize);

    [Fact]
    public void A_block_size_that_was_set_is_granted_whatever_the_path() =>
        Assert.Equal(8192, For(new TftpOptions { BlockSize = 65464 }, settings: new TftpSettings { MaxBlockSize = 8192 }).BlockSize);

    [Fact]
    public void Windows_are_lowered_and_timeouts_echoed()
    {
        var agreed = For(new TftpOptions { WindowSize = 65535, Timeout = 3 });
        Assert.Equal((64, 3), (agreed.Accepted.WindowSize, agreed.Accepted.Timeout));
    }

    [Fact]
    public void The_size_is_told_for_octets_only()
    {
        Assert.Equal(1000, For(new TftpOptions { TransferSize = 0 }).Accepted.TransferSize);
        Assert.Null(For(new TftpOptions { TransferSize = 0 }, TftpMode.Netascii).Accepted.TransferSize);
        Assert.Null(For(new TftpOptions { TransferSize = 0 }, length: 0).Accepted.TransferSize);
    }
}
