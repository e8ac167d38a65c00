using System.Net;
using System.Text;
using Matchbox.Http.Boot.Signing;
using Matchbox.Testing;

namespace Matchbox.Http.Tests.Boot;

/// <summary>Signatures with key rings that gpg made, verified by gpgv.</summary>
public sealed class SigningTests : IDisposable
{
    private static readonly byte[] Script = "#!ipxe\nkernel http://a/vmlinuz  \r\ninitrd a\n\n\r\nboot"u8.ToArray();

    private readonly GnuPg? _gpg = GnuPg.IsThere ? new GnuPg() : null;

    private GnuPg Gpg
    {
        get
        {
            Assert.SkipWhen(_gpg is null, GnuPg.Absent);
            return _gpg;
        }
    }

    public void Dispose() => _gpg?.Dispose();

    [Theory]
    [InlineData("rsa2048")]
    [InlineData("rsa4096")]
    [InlineData("dsa1024")]
    [InlineData("dsa2048")]
    [InlineData("ed25519")]
    [InlineData("nistp256")]
    [InlineData("nistp384")]
    [InlineData("nistp521")]
    [InlineData("brainpoolP384r1")]
    [InlineData("secp256k1")]
    public void Each_kind_of_key_signs_what_gpgv_takes(string algorithm)
    {
        var ring = Gpg.Make(algorithm);
        var signer = OpenPgpSigner.Load(ring.SecretPath, null, TimeProvider.System);
        for (var i = 0; i < 8; i++)
        {
            var text = (byte[])[.. Script, (byte)('a' + i)];
            var signature = signer.Sign(text);
            Assert.Null(Gpg.WhyNot(ring, signature, text));
            Assert.NotNull(Gpg.WhyNot(ring, signature, [.. text, (byte)'x']));
        }
        Assert.Null(Gpg.WhyNot(ring, signer.Sign([]), []));
    }

    [Theory]
    [InlineData("rsa2048")]
    [InlineData("ed25519")]
    public void An_encrypted_ring_opens_by_its_pass_phrase_alone(string algorithm)
    {
        const string PassPhrase = "correct horse: ä€";
        var ring = Gpg.Make(algorithm, PassPhrase);
        Assert.Null(Gpg.WhyNot(ring, OpenPgpSigner.Load(ring.SecretPath, PassPhrase, TimeProvider.System).Sign(Script), Script));
        foreach (var none in (string?[])[null, ""])
        {
            Assert.Equal("sign: missing passphrase for encrypted private key", Assert.Throws<SigningException>(() => OpenPgpSigner.Load(ring.SecretPath, none, TimeProvider.System)).Message);
        }
        var wrong = Assert.Throws<SigningException>(() => OpenPgpSigner.Load(ring.SecretPath, "correct horse", TimeProvider.System)).Message;
        Assert.Contains(ring.SecretPath, wrong, StringComparison.Ordinal);
        Assert.Contains("pass phrase", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", wrong, StringComparison.Ordinal);
        // A ring that is not encrypted needs none, and takes one all the same.
        var open = Gpg.Make(algorithm);
        Assert.Null(Gpg.WhyNot(open, OpenPgpSigner.Load(open.SecretPath, PassPhrase, TimeProvider.System).Sign(Script), Script));
    }

    [Fact]
    public void What_is_no_ring_of_secret_keys_is_refused_with_its_reason()
    {
        var ring = Gpg.Make("ed25519");
        var octets = File.ReadAllBytes(ring.SecretPath);
        var file = Path.Combine(Gpg.Folder, "broken");
        var random = new Random(20261128);
        for (var i = 0; i < 300; i++)
        {
            var broken = octets.AsSpan(0, random.Next(octets.Length)).ToArray();
            if (i % 2 == 0)
            {
                broken = [.. octets];
                broken[random.Next(broken.Length)] ^= (byte)(1 << random.Next(8));
            }
            File.WriteAllBytes(file, broken);
            try
            {
                _ = OpenPgpSigner.Load(file, null, TimeProvider.System).Sign(Script);
            }
            catch (SigningException refused)
            {
                Assert.NotEmpty(refused.Message);
            }
        }
        Assert.Throws<SigningException>(() => OpenPgpSigner.Load(ring.PublicPath, null, TimeProvider.System));
        Assert.Throws<SigningException>(() => OpenPgpSigner.Load(Gpg.Folder, null, TimeProvider.System));
        Assert.Throws<SigningException>(() => OpenPgpSigner.Load(Path.Combine(Gpg.Folder, "none"), null, TimeProvider.System));
    }

    [Fact]
    public void A_long_text_is_signed_where_it_lies()
    {
        var signer = OpenPgpSigner.Load(Gpg.Make("ed25519").SecretPath, null, TimeProvider.System);
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a line of sixty-four octets that stands for all others of it...\n", 1 << 18)));
        _ = signer.Sign(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = signer.Sign(text);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public async Task Assets_are_not_signed_and_a_signature_beside_one_is_a_file_as_others()
    {
        var ring = Gpg.Make("ed25519");
        var signer = OpenPgpSigner.Load(ring.SecretPath, null, TimeProvider.System);
        await using var host = await BootHost.StartAsync(
            filled =>
            {
                filled.Write("assets/large.img", new string('x', 1 << 20));
                filled.Write("assets/small.img", "x");
                filled.Write("assets/small.img.sig", "of its publisher");
            },
            settings: given => given with { Signer = signer });
        using var large = await host.Client.GetAsync("/assets/large.img.sig", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, large.StatusCode);
        Assert.Equal("of its publisher", await host.Client.GetStringAsync("/assets/small.img.sig", TestContext.Current.CancellationToken));
        var script = await host.Client.GetByteArrayAsync("/boot.ipxe", TestContext.Current.CancellationToken);
        foreach (var form in (string[])["sig", "asc"])
        {
            Assert.Null(Gpg.WhyNot(ring, await host.Client.GetByteArrayAsync($"/boot.ipxe.{form}", TestContext.Current.CancellationToken), script));
        }
    }
}
