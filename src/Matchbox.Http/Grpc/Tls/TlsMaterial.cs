using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Matchbox.Http.Grpc.Tls;

/// <summary>The server's certificate with its key, and the authorities of its clients: one reading of the files. Immutable.</summary>
internal sealed class TlsMaterial
{
    private TlsMaterial(X509Certificate2 server, X509Certificate2Collection intermediates, X509Certificate2Collection authorities)
    {
        (Server, Authorities) = (server, authorities);
        // Clients choose among their certificates by the authorities that we name.
        Context = SslStreamCertificateContext.Create(
            server, intermediates, offline: true, SslCertificateTrust.CreateForX509Collection(authorities, sendTrustInHandshake: true));
    }

    public X509Certificate2 Server { get; }

    public X509Certificate2Collection Authorities { get; }

    public SslStreamCertificateContext Context { get; }

    /// <summary>Reads the files.</summary>
    /// <exception cref="InvalidDataException">They cannot be used; the text says why, as upstream begins it.</exception>
    public static TlsMaterial Read(GrpcListenerSettings settings)
    {
        var certificate = ReadFile(settings.CertFile, "TLS server certificate with -cert-file");
        var key = ReadFile(settings.KeyFile, "TLS server key with -key-file");
        var ca = ReadFile(settings.CaFile, "TLS certificate authority for authorizing client certificates");
        var chain = Certificates(certificate, settings.CertFile);
        var authorities = Certificates(ca, settings.CaFile);
        RefuseSharedAuthority(settings, authorities);
        return new TlsMaterial(WithKey(certificate, key, settings), [.. chain.Skip(1)], authorities);
    }

    private static string ReadFile(string path, string what)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"Provide a valid {what}: stat {path}: no such file or directory", missing);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            throw Invalid($"open {path}: {(unread is UnauthorizedAccessException ? "permission denied" : unread.Message)}", unread);
        }
    }

    private static X509Certificate2Collection Certificates(string pem, string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException malformed)
        {
            throw Invalid($"{path} holds a certificate that cannot be read: {malformed.Message}", malformed);
        }
        return certificates.Count > 0 ? certificates : throw Invalid($"{path} holds no certificate: it needs a PEM block CERTIFICATE");
    }

    private static X509Certificate2 WithKey(string certificate, string key, GrpcListenerSettings settings)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key);
        }
        catch (Exception unfit) when (unfit is CryptographicException or ArgumentException)
        {
            throw Invalid($"{settings.KeyFile} is not the key of {settings.CertFile}, or it is encrypted: {unfit.Message}", unfit);
        }
    }

    // Whoever has a certificate of the public listeners' authority would be let in as an administrator.
    private static void RefuseSharedAuthority(GrpcListenerSettings settings, X509Certificate2Collection authorities)
    {
        foreach (var path in settings.OtherCertFiles.Where(File.Exists))
        {
            var others = Certificates(ReadFile(path, "certificate"), path);
            if (others.FirstOrDefault(other => authorities.Any(own => own.RawDataMemory.Span.SequenceEqual(other.RawDataMemory.Span))) is { } shared)
            {
                throw Invalid($"{settings.CaFile} holds a certificate that {path} holds too ({shared.Subject}): "
                    + "gRPC clients need an authority of their own, or whoever has a certificate of that one may write; make one with `matchbox certs init`");
            }
        }
    }

    private static InvalidDataException Invalid(string why, Exception? inner = null) => new($"Invalid TLS credentials: {why}", inner);
}
