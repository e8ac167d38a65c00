using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Matchbox.Http.Boot.Secure;

/// <summary>
/// The authority that machines are told to trust for their protected configs: made at first need, kept in the state folder, and used
/// for nothing else. Issues this listener's certificates for the addresses and names by which machines call it. Thread-safe.
/// </summary>
/// <remarks>
/// A machine that was just unpacked may believe in any year: authority and certificates are valid from 1970 to 2099, and whoever
/// loses the key makes another by removing the two files. Certificates live as long as the process.
/// </remarks>
public sealed class BootAuthority(string folder)
{
    private const int MaxCertificates = 256;
    private const int MaxHosts = 64;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly DateTimeOffset NotBefore = new(1970, 1, 1, 0, 0, 1, TimeSpan.Zero);
    private static readonly DateTimeOffset NotAfter = new(2099, 12, 31, 23, 59, 59, TimeSpan.Zero);
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private readonly ConcurrentDictionary<string, SslStreamCertificateContext> _issued = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _making = new();
    private X509Certificate2? _authority;

    private string CertificateFile => Path.Combine(folder, "boot-ca.crt");

    private string KeyFile => Path.Combine(folder, "boot-ca.key");

    /// <summary>The authority's certificate, as machines are given it.</summary>
    /// <exception cref="IOException">It is not there and cannot be made.</exception>
    public string Pem => Authority().ExportCertificatePem() + "\n";

    /// <summary>Notes by which name a machine was told to call, which TLS itself tells only of names, not of addresses.</summary>
    public void Expect(string host)
    {
        if (_hosts.Count < MaxHosts && IsHost(host) && _hosts.TryAdd(host, true))
        {
            _issued.Clear();
        }
    }

    /// <summary>The certificate for a connection to that local address, by that name where the client says one.</summary>
    public SslStreamCertificateContext For(IPAddress? local, string? name)
    {
        var own = local is { IsIPv4MappedToIPv6: true } ? local.MapToIPv4() : local;
        var asked = name is not null && IsHost(name) && _issued.Count < MaxCertificates ? name.ToLowerInvariant() : "";
        return _issued.GetOrAdd($"{own} {asked}", _ => Issue(own, asked));
    }

    private SslStreamCertificateContext Issue(IPAddress? local, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Matchbox boot listener", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in _hosts.Keys.Append(name).Append(local?.ToString() ?? "").Where(host => host.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase))
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
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([ServerAuthentication], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Authority(), includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var issued = request.Create(Authority(), NotBefore, NotAfter, RandomNumberGenerator.GetBytes(16));
        return SslStreamCertificateContext.Create(issued.CopyWithPrivateKey(key), null, offline: true);
    }

    private X509Certificate2 Authority()
    {
        lock (_making)
        {
            if (_authority is not null)
            {
                return _authority;
            }
            if (!File.Exists(CertificateFile) || !File.Exists(KeyFile))
            {
                Make();
            }
            try
            {
                return _authority = X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
            }
            catch (Exception unfit) when (unfit is CryptographicException or ArgumentException or UnauthorizedAccessException)
            {
                throw new IOException($"{CertificateFile} and {KeyFile} are no certificate and its key: {unfit.Message}", unfit);
            }
        }
    }

    private void Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Matchbox boot authority {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var made = request.CreateSelfSigned(NotBefore, NotAfter);
        // The key first: a key without a certificate harms nobody, and both are made again.
        WriteWhole(KeyFile, key.ExportPkcs8PrivateKeyPem());
        WriteWhole(CertificateFile, made.ExportCertificatePem());
    }

    private static void WriteWhole(string file, string text)
    {
        try
        {
            var beside = file + ".new";
            File.Delete(beside);
            using (var stream = new FileStream(beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile }))
            {
                stream.Write(Encoding.ASCII.GetBytes(text + "\n"));
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, file, overwrite: true);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{file} cannot be written: {refused.Message}"), refused);
        }
    }

    private static bool IsHost(string host) => host.Length is > 0 and <= 253
        && (IPAddress.TryParse(host, out _) || Uri.CheckHostName(host) == UriHostNameType.Dns);
}
