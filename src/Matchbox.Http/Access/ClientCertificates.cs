using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Matchbox.Core;
using Matchbox.Core.Events;
using Matchbox.Core.Health;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Access;

/// <summary>
/// Client certificates of the admin listener: one that a named authority signed for client use, and whose common name is a user's, is
/// that user. Without an authority none counts. The authorities are read again when their file changes; a bad file leaves those before
/// it in use. Thread-safe.
/// </summary>
public sealed partial class ClientCertificates : IHealthCheck
{
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";          // id-kp-clientAuth, RFC 5280 §4.2.1.12
    private const string CommonName = "2.5.4.3";                   // id-at-commonName, RFC 5280 appendix A.1

    private readonly string? _file;
    private readonly ImmutableHashSet<string> _denied;
    private readonly IEventSink _events;
    private readonly TimeProvider _clock;
    private readonly ILogger<ClientCertificates> _logger;
    private volatile X509Certificate2Collection _authorities = [];
    private volatile string? _fault;
    private string _seen = "";

    /// <exception cref="InvalidDataException">The file holds no certificate that can be read.</exception>
    public ClientCertificates(AdminListenerSettings settings, IEventSink events, TimeProvider clock, ILogger<ClientCertificates> logger)
    {
        (_file, _events, _clock, _logger) = (settings.ClientAuthorityFile, events, clock, logger);
        _denied = [.. settings.DeniedClients.Select(Plain)];
        if (_file is { } file)
        {
            var octets = ReadFile(file);
            _authorities = Parse(file, octets);
            _seen = StateOf(octets);
        }
    }

    public bool AreAsked => _file is not null;

    public IEnumerable<HealthFinding> Check()
    {
        if (_fault is { } fault)
        {
            yield return new HealthFinding("client authorities", HealthState.Degraded, $"the changed file is refused, the authorities before it are in use: {fault}");
        }
    }

    /// <summary>Reads the file again if it changed since the last look. One caller at a time.</summary>
    public void Look()
    {
        if (_file is not { } file)
        {
            return;
        }
        try
        {
            var octets = ReadFile(file);
            var present = StateOf(octets);
            if (present == _seen)
            {
                return;
            }
            _seen = present;
            _authorities = Parse(file, octets);
            _fault = null;
            var text = string.Create(CultureInfo.InvariantCulture, $"the authorities of the admin listener's client certificates were read anew: {_authorities.Count} in {file}");
            Log.Reloaded(_logger, text);
            Tell(EventKind.CertificatesReloaded, text);
        }
        catch (InvalidDataException bad)
        {
            if (_fault != bad.Message)
            {
                Log.Refused(_logger, bad.Message);
                Tell(EventKind.CertificatesRefused, $"the changed authorities of client certificates are refused, those before them stay in use: {bad.Message}");
            }
            (_fault, _seen) = (bad.Message, "");
        }
    }

    /// <summary>The common name of a certificate that holds now; null: it does not.</summary>
    public string? UserOf(X509Certificate2 certificate) => WhyNot(certificate) is null ? NameOf(certificate) : null;

    /// <summary>Is it let in; who is not is told to the log.</summary>
    public bool Accept(X509Certificate2 certificate)
    {
        if (WhyNot(certificate) is not { } reason)
        {
            return true;
        }
        Log.ClientRefused(_logger, ClientText.Escape(certificate.Subject), FingerprintOf(certificate), reason);
        return false;
    }

    private string? WhyNot(X509Certificate2 certificate)
    {
        var authorities = _authorities;
        if (authorities.Count == 0)
        {
            return "no authority is named";
        }
        // A chain would also take a certificate that says nothing of its use: one for a server, say, of an authority that signs both.
        if (certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().All(usage => usage.EnhancedKeyUsages[ClientUse] is null))
        {
            return "it is not for clients: it needs the extended key usage clientAuth";
        }
        if (_denied.Contains(FingerprintOf(certificate)))
        {
            return "admin.tls.client-deny names its fingerprint";
        }
        if (NameOf(certificate) is null)
        {
            return "its subject has no common name, or more than one";
        }
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        // No list of ours is asked for over a network: a user is locked out by removing the user, a certificate by its fingerprint.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientUse));
        return chain.Build(certificate) ? null : string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct());
    }

    // The one common name; of two nobody knows which an authority looked at.
    private static string? NameOf(X509Certificate2 certificate)
    {
        try
        {
            string[] names =
            [
                .. certificate.SubjectName.EnumerateRelativeDistinguishedNames()
                    .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName)
                    .Select(part => part.GetSingleElementValue() ?? ""),
            ];
            return names is [{ Length: > 0 } name] ? name : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"admin.tls.client-ca-file: {path} cannot be read: {failure.Message}", failure);
        }
    }

    private static X509Certificate2Collection Parse(string path, byte[] pem)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(System.Text.Encoding.Latin1.GetString(pem));
        }
        catch (CryptographicException failure)
        {
            throw new InvalidDataException($"admin.tls.client-ca-file: {path} holds a certificate that cannot be read: {failure.Message}", failure);
        }
        return authorities.Count > 0
            ? authorities
            : throw new InvalidDataException($"admin.tls.client-ca-file: {path} holds no certificate (PEM, BEGIN CERTIFICATE)");
    }

    private static string StateOf(byte[] octets) => Convert.ToHexString(SHA256.HashData(octets));

    private static string FingerprintOf(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    private static string Plain(string fingerprint) => fingerprint.Replace(":", "", StringComparison.Ordinal).Trim().ToUpperInvariant();

    private void Tell(EventKind kind, string text) => _events.Publish(new ApplianceEvent { At = _clock.GetUtcNow(), Kind = kind, Known = true, Text = text });

    private static partial class Log
    {
        [LoggerMessage(7043, LogLevel.Information, "{Text}")]
        public static partial void Reloaded(ILogger logger, string text);

        [LoggerMessage(7044, LogLevel.Error, "The changed authorities of client certificates are refused, those before them stay in use: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(7045, LogLevel.Warning, "A client certificate of the admin listener ({Subject}, SHA-256 {Fingerprint}) was refused: {Reason}")]
        public static partial void ClientRefused(ILogger logger, string subject, string fingerprint, string reason);
    }
}
