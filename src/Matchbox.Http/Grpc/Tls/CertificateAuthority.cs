using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Matchbox.Http.Grpc.Tls;

/// <summary>A certificate and its private key, both PEM.</summary>
public readonly record struct CertificateAndKey(string Certificate, string Key);

/// <summary>A small certificate authority (RFC 5280): ECDSA P-256, for one gRPC listener and its clients.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1", ClientAuth = "1.3.6.1.5.5.7.3.2";

    // Clocks differ, and a certificate of the future is none.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>The authority itself. Whoever has its key can make certificates that are let in.</summary>
    public CertificateAndKey Own => Pem(_certificate);

    /// <summary>When it expires, and with it all that it made.</summary>
    public DateTimeOffset NotAfter => _certificate.NotAfter.ToUniversalTime();

    /// <summary>A new one, which may sign no other authority.</summary>
    public static CertificateAuthority Create(string name, DateTimeOffset now, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(NameOf(name), key, HashAlgorithmName.SHA256);
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        extensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        extensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new CertificateAuthority(request.CreateSelfSigned(now - ClockSkew, now + lifetime));
    }

    /// <summary>One that was made before, here or by other tools.</summary>
    /// <exception cref="CryptographicException">It is no authority, or the key is not its own.</exception>
    public static CertificateAuthority Load(CertificateAndKey pem)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPem(pem.Certificate, pem.Key);
        }
        catch (ArgumentException mismatch)
        {
            throw new CryptographicException(mismatch.Message, mismatch);
        }
        return certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority)
            ? new CertificateAuthority(certificate)
            : throw new CryptographicException("it is no certificate authority (basicConstraints CA:true)");
    }

    /// <summary>A certificate for a server of those names and addresses.</summary>
    public CertificateAndKey MakeServer(IReadOnlyList<string> hosts, DateTimeOffset now, TimeSpan lifetime)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }
        return Make(hosts[0], ServerAuth, now, lifetime, names.Build());
    }

    /// <summary>A certificate for a client; what it is called tells clients apart in the log.</summary>
    public CertificateAndKey MakeClient(string name, DateTimeOffset now, TimeSpan lifetime) => Make(name, ClientAuth, now, lifetime, null);

    public void Dispose() => _certificate.Dispose();

    private CertificateAndKey Make(string name, string usage, DateTimeOffset now, TimeSpan lifetime, X509Extension? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(NameOf(name), key, HashAlgorithmName.SHA256);
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        extensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        extensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        extensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        extensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (names is not null)
        {
            extensions.Add(names);
        }
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;                                      // positive, RFC 5280 §4.1.2.2
        var end = now + lifetime < NotAfter ? now + lifetime : NotAfter;
        using var signed = request.Create(_certificate, now - ClockSkew > _certificate.NotBefore ? now - ClockSkew : _certificate.NotBefore, end, serial);
        using var whole = signed.CopyWithPrivateKey(key);
        return Pem(whole);
    }

    private static X500DistinguishedName NameOf(string name)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(name);
        return builder.Build();
    }

    private static CertificateAndKey Pem(X509Certificate2 certificate)
    {
        using AsymmetricAlgorithm? key = (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey() ?? certificate.GetRSAPrivateKey();
        return new CertificateAndKey(certificate.ExportCertificatePem() + "\n", (key ?? throw new CryptographicException("its key is neither ECDSA nor RSA")).ExportPkcs8PrivateKeyPem() + "\n");
    }
}
