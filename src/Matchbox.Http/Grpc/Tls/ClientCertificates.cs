using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Matchbox.Http.Grpc.Tls;

/// <summary>Which client certificates are let in: pure but for the system's chain building, which fetches nothing.</summary>
internal static class ClientCertificates
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";         // id-kp-clientAuth, RFC 5280 §4.2.1.12

    /// <summary>A chain to the given authorities and to no others, valid now, for clients.</summary>
    public static X509ChainPolicy PolicyFor(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(ClientAuth));
        return policy;
    }

    /// <summary>Why the certificate is refused; null: it is let in. No name is looked at.</summary>
    public static string? Refusal(X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors, IReadOnlySet<string> denied)
    {
        if (presented is not X509Certificate2 certificate || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "it sent no certificate";
        }
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            return string.Join(", ", chain?.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct() ?? ["no chain"]);
        }
        if (certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().All(usage => usage.EnhancedKeyUsages[ClientAuth] is null))
        {
            return "its certificate is not for clients: it needs the extended key usage clientAuth";
        }
        return denied.Contains(FingerprintOf(certificate)) ? "its fingerprint is on the deny-list" : null;
    }

    /// <summary>SHA-256, upper-case hexadecimal.</summary>
    public static string FingerprintOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>Fingerprints as they are compared.</summary>
    public static IReadOnlySet<string> Denied(IEnumerable<string> fingerprints) =>
        fingerprints.Select(text => text.Replace(":", "", StringComparison.Ordinal).Trim().ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);
}
