using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Matchbox.Http.Access;

/// <summary>
/// Client certificates of the admin listener: one that a named authority signed for client use, and whose common name is a user's, is
/// that user. Without an authority none counts.
/// </summary>
public sealed class ClientCertificates(X509Certificate2Collection? authorities)
{
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    public static readonly ClientCertificates None = new(null);

    public bool AreAsked => authorities is { Count: > 0 };

    /// <exception cref="InvalidDataException">The file holds no certificate that can be read.</exception>
    public static ClientCertificates FromFile(string path)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new InvalidDataException($"admin.tls.client-ca-file: {path} cannot be read: {failure.Message}", failure);
        }
        return authorities.Count > 0
            ? new ClientCertificates(authorities)
            : throw new InvalidDataException($"admin.tls.client-ca-file: {path} holds no certificate (PEM, BEGIN CERTIFICATE)");
    }

    /// <summary>The common name of a certificate that holds now; null: it does not.</summary>
    public string? UserOf(X509Certificate2 certificate)
    {
        if (authorities is not { Count: > 0 })
        {
            return null;
        }
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        // No list of ours is asked for over a network: a user is locked out by removing the user.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientUse));
        return chain.Build(certificate) ? certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) : null;
    }
}
