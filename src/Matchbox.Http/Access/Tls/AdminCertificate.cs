using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Matchbox.Core.Events;
using Matchbox.Core.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Access.Tls;

/// <summary>
/// The certificate of the admin listener: an operator's files, or self-made ones. Read again when they change; bad ones are refused and
/// those in use stay. New connections get the new one, open ones go on. Looks after the authorities of client certificates as well.
/// </summary>
/// <remarks>
/// A self-made one is made anew before it expires, when its files are gone, and at a start with settings whose names it lacks. It is not
/// made anew when the machine's addresses change: its fingerprint is what people and clients go by, and one that changes with each lease
/// would teach them to accept any.
/// </remarks>
public sealed partial class AdminCertificate : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private readonly AdminListenerSettings _settings;
    private readonly KnownHosts _hosts;
    private readonly ClientCertificates _clients;
    private readonly IEventSink _events;
    private readonly TimeProvider _clock;
    private readonly ILogger<AdminCertificate> _logger;
    private readonly Lock _learning = new();
    private readonly Task _opening;
    private ImmutableArray<string> _named;
    private volatile SslStreamCertificateContext? _context;
    private volatile string? _fault;
    private string _seen = "";

    public AdminCertificate(AdminListenerSettings settings, KnownHosts hosts, ClientCertificates clients, IEventSink events, TimeProvider clock, ILogger<AdminCertificate> logger)
    {
        (_settings, _hosts, _clients, _events, _clock, _logger) = (settings, hosts, clients, events, clock, logger);
        _named = settings.Hosts;
        // Beside the rest of the start: the first use of OpenSSL takes its time.
        _opening = Task.Run(Open);
    }

    /// <summary>For the next connection.</summary>
    public SslStreamCertificateContext Context
    {
        get
        {
            if (_context is null)
            {
                _opening.GetAwaiter().GetResult();
            }
            return _context!;
        }
    }

    /// <summary>SHA-256 over the certificate, in the notation of browsers: <c>AB:CD:...</c>.</summary>
    public string Sha256 => Colons(Context.TargetCertificate);

    public bool IsSelfMade => _settings.CertificateFile is null;

    private string CertificateFile => _settings.CertificateFile ?? Path.Combine(_settings.StatePath, "admin.crt");

    private string KeyFile => _settings.KeyFile ?? Path.Combine(_settings.StatePath, "admin.key");

    /// <summary>The listener is called by these names from now on. A self-made certificate gets them when it is made anew.</summary>
    public void NameBy(ImmutableArray<string> hosts)
    {
        // Not in the lock, which whoever opens it takes too.
        _ = Context;
        lock (_learning)
        {
            _named = hosts;
            Learn();
        }
    }

    public IEnumerable<HealthFinding> Check()
    {
        if (_fault is { } fault)
        {
            yield return new HealthFinding("admin certificate", HealthState.Degraded, $"the new files are refused, the certificate before them is in use: {fault}");
        }
        var end = new DateTimeOffset(Context.TargetCertificate.NotAfter);
        if (end - _clock.GetUtcNow() < TimeSpan.FromDays(14))
        {
            yield return new HealthFinding("admin certificate", HealthState.Degraded, string.Create(CultureInfo.InvariantCulture, $"it expires at {end.UtcDateTime:u}: put a new one into {CertificateFile}"));
        }
    }

    /// <exception cref="InvalidDataException">The operator's files are no certificate with its key.</exception>
    /// <exception cref="IOException">A self-made one cannot be written.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await _opening;
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PollInterval, _clock);
        while (await NextAsync(timer, stoppingToken))
        {
            _clients.Look();
            try
            {
                Reload();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or InvalidDataException)
            {
                Refuse(failure.Message);
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Open()
    {
        if (IsSelfMade && !IsStillGood())
        {
            Make();
        }
        _seen = Fingerprint();
        _context = Read();
        Learn();
        if (IsSelfMade && MissingAddresses() is { Length: > 0 } missing)
        {
            Log.Addresses(_logger, missing, CertificateFile);
        }
    }

    private void Reload()
    {
        if (IsSelfMade && (new DateTimeOffset(Context.TargetCertificate.NotAfter) - _clock.GetUtcNow() < RenewBefore || !File.Exists(CertificateFile) || !File.Exists(KeyFile)))
        {
            Make();
        }
        var present = Fingerprint();
        if (present == _seen)
        {
            return;
        }
        _seen = present;
        _context = Read();
        _fault = null;
        Learn();
        Log.Changed(_logger, Sha256);
        Tell($"the admin listener has another certificate, SHA-256 {Sha256}");
    }

    private void Refuse(string reason)
    {
        if (_fault != reason)
        {
            Log.Refused(_logger, reason);
            Tell($"the new certificate of the admin listener is refused, the one before stays in use: {reason}");
        }
        _fault = reason;
    }

    private SslStreamCertificateContext Read()
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
            // A key that was read from PEM lives in memory alone, which not every TLS library takes; as PKCS #12 all do.
            var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            if (certificate.NotAfter.ToUniversalTime() <= _clock.GetUtcNow().UtcDateTime && !IsSelfMade)
            {
                Log.Expired(_logger, CertificateFile);
            }
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(CertificateFile);
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"the certificate of the admin listener, {CertificateFile} with {KeyFile}, cannot be used: {failure.Message}", failure);
        }
    }

    private bool IsStillGood()
    {
        try
        {
            using var present = X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
            var (names, addresses) = NamesOf(present);
            return new DateTimeOffset(present.NotAfter) - _clock.GetUtcNow() >= RenewBefore
                && SettingsNames().All(name => names.Contains(name, StringComparer.OrdinalIgnoreCase)) && _settings.Addresses.All(addresses.Contains);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Make()
    {
        var addresses = OwnAddresses();
        addresses.UnionWith([IPAddress.Loopback, IPAddress.IPv6Loopback, .. _settings.Addresses]);
        var names = SettingsNames().Prepend("localhost").Prepend(OwnName()).Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase);
        SelfMadeCertificate.Write(CertificateFile, KeyFile, [.. names], addresses, _clock.GetUtcNow());
    }

    private IEnumerable<string> SettingsNames() => _named.Where(host => !IPAddress.TryParse(host, out _));

    // Those that browsers can call: link-local ones carry a zone, which a certificate cannot.
    private static HashSet<IPAddress> OwnAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces().SelectMany(link => link.GetIPProperties().UnicastAddresses)
            .Select(own => own.Address).Where(address => !address.IsIPv6LinkLocal),
    ];

    // Of the addresses that it listens on, those that the certificate lacks.
    private string MissingAddresses()
    {
        var listensOnAll = _settings.Addresses.IsEmpty;
        var (_, present) = NamesOf(Context.TargetCertificate);
        return string.Join(", ", (listensOnAll ? OwnAddresses() : [.. _settings.Addresses]).Where(address => !present.Contains(address)).Select(address => address.ToString()).Order(StringComparer.Ordinal));
    }

    private static (string[] Names, IPAddress[] Addresses) NamesOf(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension[] alternatives = [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()];
        return ([.. alternatives.SelectMany(names => names.EnumerateDnsNames())], [.. alternatives.SelectMany(names => names.EnumerateIPAddresses())]);
    }

    // The names of the certificate are names by which we may be called.
    private void Learn()
    {
        lock (_learning)
        {
            var (names, addresses) = NamesOf(Context.TargetCertificate);
            _hosts.Replace([.. _named, OwnName(), .. names, .. addresses.Select(address => address.ToString())]);
        }
    }

    // What the kernel says, which may be no name that a certificate can hold.
    private static string OwnName() => Uri.CheckHostName(Environment.MachineName) == UriHostNameType.Dns ? Environment.MachineName.ToLowerInvariant() : "";

    private string Fingerprint() => Convert.ToHexString(SHA256.HashData([.. File.ReadAllBytes(CertificateFile), .. File.ReadAllBytes(KeyFile)]));

    private static string Colons(X509Certificate2 certificate) => string.Join(':', certificate.GetCertHash(HashAlgorithmName.SHA256).Select(octet => octet.ToString("X2", CultureInfo.InvariantCulture)));

    private void Tell(string text) => _events.Publish(new ApplianceEvent { At = _clock.GetUtcNow(), Kind = EventKind.CertificateChanged, Text = text });

    private static partial class Log
    {
        [LoggerMessage(7040, LogLevel.Information, "The admin listener has another certificate, SHA-256 {Fingerprint}")]
        public static partial void Changed(ILogger logger, string fingerprint);

        [LoggerMessage(7041, LogLevel.Error, "The new certificate of the admin listener is refused, the one before stays in use: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(7042, LogLevel.Warning, "The certificate of the admin listener in {File} has expired")]
        public static partial void Expired(ILogger logger, string file);

        [LoggerMessage(7046, LogLevel.Information, "The self-made certificate of the admin listener lacks {Addresses}, addresses of this machine since it was made: clients that call it so find "
            + "another name. To have it made anew, with another fingerprint, remove {File}")]
        public static partial void Addresses(ILogger logger, string addresses, string file);
    }
}
