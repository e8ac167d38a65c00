using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Matchbox.Testing;

/// <summary>An authority of a test, and certificates of it as somebody might bring them.</summary>
public sealed class TestCertificates : IDisposable
{
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2", ServerAuth = "1.3.6.1.5.5.7.3.1";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    public X509Certificate2 Authority { get; } = MakeAuthority();

    public string AuthorityPem => Authority.ExportCertificatePem();

    /// <summary>A certificate with its key, valid from yesterday on.</summary>
    /// <param name="name">Its common name, or a whole subject; a host name with a dot is also one that it is for.</param>
    /// <param name="usage">Its extended key usage; null: it has none.</param>
    /// <param name="days">For how long from now; 0: it has just expired.</param>
    public X509Certificate2 Make(string name, string? usage = ClientAuth, int days = 365)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name.Contains('=', StringComparison.Ordinal) ? name : $"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        if (usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        }
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        if (Uri.CheckHostName(name) == UriHostNameType.Dns && name.Contains('.', StringComparison.Ordinal))
        {
            names.AddDnsName(name);
        }
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(Authority, Now.AddDays(-1), Now.AddDays(days), RandomNumberGenerator.GetBytes(16));
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>Writes a certificate and its key as PEM.</summary>
    public static void Write(X509Certificate2 certificate, string certificateFile, string keyFile)
    {
        File.WriteAllText(keyFile, KeyPem(certificate));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
    }

    public static string KeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    public void Dispose() => Authority.Dispose();

    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request.CreateSelfSigned(Now.AddDays(-400), Now.AddDays(400));
    }
}
