using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Matchbox.Http.Access.Tls;

/// <summary>
/// A certificate that the appliance makes for itself: ECDSA P-256, for its names and addresses, kept as PEM with the key beside it (mode
/// 0600). Its fingerprint stays until it is renewed.
/// </summary>
internal static class SelfMadeCertificate
{
    /// <summary>Longer than browsers take from public authorities, which this is not; short enough to be renewed now and then.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(825);

    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void Write(string certificateFile, string keyFile, IReadOnlyCollection<string> names, IReadOnlyCollection<IPAddress> addresses, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names.First()}, O=Matchbox self-made", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            alternatives.AddDnsName(name);
        }
        foreach (var address in addresses)
        {
            alternatives.AddIpAddress(address);
        }
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        // Clocks of clients go slow, too.
        using var made = request.CreateSelfSigned(now.AddDays(-1), now + Lifetime);
        // The key first: a certificate without its key is made again, a key without a certificate harms nobody.
        WriteWhole(keyFile, key.ExportPkcs8PrivateKeyPem());
        WriteWhole(certificateFile, made.ExportCertificatePem());
    }

    private static void WriteWhole(string file, string text)
    {
        var beside = file + ".new";
        File.Delete(beside);
        using (var stream = new FileStream(beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile }))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(text + "\n"));
            stream.Flush(flushToDisk: true);
        }
        File.Move(beside, file, overwrite: true);
    }
}
