using System.Security.Cryptography.X509Certificates;
using Matchbox.Appliance.Commands;
using Matchbox.Appliance.Commands.Certs;

namespace Matchbox.Appliance.Tests.Commands;

/// <summary><c>matchbox certs</c>: what it makes, and what it leaves alone.</summary>
public sealed class CertsCommandTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    private readonly string _folder = Directory.CreateTempSubdirectory("matchbox-certs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_authority_a_server_and_a_client_are_made_under_upstreams_names()
    {
        var output = Init();

        Assert.Equal(["ca.crt", "ca.key", "client.crt", "client.key", "server.crt", "server.key"], Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.EnumerateFiles(_folder, "*.key"), key => Assert.Equal(OwnerOnly, File.GetUnixFileMode(key)));
        Assert.Contains("provider \"matchbox\"", output, StringComparison.Ordinal);
        Assert.Contains("endpoint    = \"boot.example.com:8081\"", output, StringComparison.Ordinal);
        using var ca = Read("ca");
        using var server = Read("server");
        Assert.True(server.MatchesHostname("boot.example.com") && server.MatchesHostname("10.0.0.1"));
        Assert.True(ca.Extensions.OfType<X509BasicConstraintsExtension>().Single() is { CertificateAuthority: true, PathLengthConstraint: 0 });
    }

    [Theory]
    [InlineData("server", "1.3.6.1.5.5.7.3.1")]
    [InlineData("client", "1.3.6.1.5.5.7.3.2")]
    public void Each_certificate_is_good_for_its_one_purpose(string name, string purpose)
    {
        Init();

        Assert.Equal([purpose], Read(name).Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Select(usage => usage.Value));
        Assert.True(IsOfAuthority(name));
    }

    [Fact]
    public void Nothing_that_is_there_is_overwritten_without_force()
    {
        Init();
        var before = File.ReadAllText(Path.Combine(_folder, "ca.key"));

        var refused = Assert.Throws<CommandException>(() => Init());
        Assert.Contains("--force", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Path.Combine(_folder, "ca.key")));
        Init(force: true);
        Assert.NotEqual(before, File.ReadAllText(Path.Combine(_folder, "ca.key")));
    }

    [Fact]
    public void A_client_can_be_added_later()
    {
        Init();
        CertsCommand.AddClient(new CertificateFolder(_folder, mayReplace: false), "ci-runner", Year, Now, new StringWriter());

        Assert.True(IsOfAuthority("ci-runner"));
        Assert.Equal("CN=ci-runner", Read("ci-runner").Subject);
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("ca")]
    [InlineData(".hidden")]
    [InlineData("")]
    public void A_name_that_is_no_file_of_its_own_is_refused(string name)
    {
        Init();

        Assert.Throws<CommandException>(() => CertsCommand.AddClient(new CertificateFolder(_folder, mayReplace: true), name, Year, Now, new StringWriter()));
    }

    private string Init(bool force = false)
    {
        var output = new StringWriter();
        CertsCommand.Init(new CertificateFolder(_folder, force), ["boot.example.com", "10.0.0.1"], ["client"], Year, Now, output);
        return output.ToString();
    }

    private X509Certificate2 Read(string name) => X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_folder, $"{name}.crt"));

    private bool IsOfAuthority(string name)
    {
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.Add(Read("ca"));
        return chain.Build(Read(name));
    }
}
