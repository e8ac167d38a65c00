using Matchbox.Core.Boot;
using Matchbox.Protocols;
using Xunit;

namespace Matchbox.Core.Tests.Boot;

public class BootPathTests
{
    private static readonly BootNonce Nonces = new(new byte[32], TimeProvider.System);

    [Fact]
    public void A_nonce_that_we_made_is_found_in_the_path_that_we_hand_out()
    {
        var made = Nonces.Create(HardwareAddress.Parse("52:54:00:77:00:01"));

        Assert.True(BootPath.TryParse($"boot/{made}/snponly.efi", out var nonce, out var file));
        Assert.Equal((made, "snponly.efi"), (nonce, file));
    }

    [Theory]
    [InlineData("boot//snponly.efi")]
    [InlineData("boot/0123/snponly.efi")]
    [InlineData("boot/0123456789abcdef0123456789abcdef01234567/")]
    [InlineData("boot/0123456789abcdef0123456789abcdef01234567/a/b")]
    [InlineData("boot/0123456789ABCDEF0123456789abcdef01234567/snponly.efi")]
    [InlineData("snponly.efi")]
    public void Other_paths_are_not(string path) => Assert.False(BootPath.TryParse(path, out _, out _));
}
