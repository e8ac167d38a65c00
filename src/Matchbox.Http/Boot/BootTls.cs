using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Matchbox.Http.Boot;

/// <summary>The boot listener's certificate with its key, and the intermediates that come with it: one reading of the files. Immutable.</summary>
public sealed record BootTls(X509Certificate2 Certificate, SslStreamCertificateContext Context)
{
    /// <summary>Reads two PEM files.</summary>
    /// <exception cref="InvalidDataException">They cannot be used; of what is missing the message is poseidon/matchbox's.</exception>
    public static BootTls Load(string certificatePath, string keyPath)
    {
        Require(certificatePath, "SSL server certificate with -web-cert-file");
        Require(keyPath, "SSL server key with -web-key-file");
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificatePath);
            var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
            return new BootTls(certificate, SslStreamCertificateContext.Create(certificate, [.. chain.Skip(1)], offline: true));
        }
        catch (Exception unfit) when (unfit is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidDataException($"{certificatePath} and {keyPath} are no PEM certificate and its unencrypted key: {unfit.Message}", unfit);
        }
    }

    private static void Require(string path, string what)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"Provide a valid {what}: stat {path}: no such file or directory");
        }
    }
}
