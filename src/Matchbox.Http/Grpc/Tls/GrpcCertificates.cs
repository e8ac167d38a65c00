using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Matchbox.Core.Access;
using Matchbox.Core.Events;
using Matchbox.Core.Health;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Grpc.Tls;

/// <summary>
/// The certificates in use. Read anew when their files change: each connection gets the newest good ones, and bad ones leave
/// those before them in use. Says when one of them is about to expire.
/// </summary>
public sealed partial class GrpcCertificates : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    // A certificate and its key are two files: read when both have been written.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(250);

    // RFC 7540's and Go's choice for TLS 1.2: forward secrecy and AES-GCM; TLS 1.3 has no others worth leaving out.
    private static readonly TlsCipherSuite[] Suites =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    ];

    private readonly GrpcListenerSettings _settings;
    private volatile IReadOnlySet<string> _denied;
    private readonly IEventSink _events;
    private readonly TimeProvider _clock;
    private readonly ILogger<GrpcCertificates> _logger;
    private readonly CipherSuitesPolicy _ciphers = new(Suites);

    // One hint is as good as many: each means "look".
    private readonly Channel<bool> _hints = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Lock _looking = new();

    private volatile InUse _inUse;
    private volatile string? _refused;
    private string _seen;

    /// <exception cref="InvalidDataException">The files cannot be used.</exception>
    public GrpcCertificates(GrpcListenerSettings settings, IEventSink events, TimeProvider clock, ILogger<GrpcCertificates> logger)
    {
        (_settings, _events, _clock, _logger) = (settings, events, clock, logger);
        _denied = ClientCertificates.Denied(settings.Deny);
        _seen = FileState.Of(Files);
        _inUse = new InUse(TlsMaterial.Read(settings));
    }

    private string[] Files => [_settings.CertFile, _settings.KeyFile, _settings.CaFile];

    /// <summary>What a connection's handshake is made with.</summary>
    public TlsHandshakeCallbackOptions Callback() => new()
    {
        HandshakeTimeout = TimeSpan.FromSeconds(10),
        OnConnection = connection => ValueTask.FromResult(OptionsFor(connection.Connection.RemoteEndPoint?.ToString() ?? "")),
    };

    /// <summary>Certificates of these fingerprints are let in no more, and what is connected with one may do nothing.</summary>
    public void Deny(IEnumerable<string> fingerprints) => _denied = ClientCertificates.Denied(fingerprints);

    /// <summary>Is it on the deny-list, perhaps since it connected.</summary>
    internal bool Denies(X509Certificate2? certificate) => _denied.Count > 0 && certificate is not null && _denied.Contains(ClientCertificates.FingerprintOf(certificate));

    public IEnumerable<HealthFinding> Check()
    {
        if (_refused is { } why)
        {
            yield return new HealthFinding("gRPC certificates", HealthState.Degraded, $"the changed files are not used, those before them are: {why}");
        }
        if (_inUse.Expiry.WarningAt(_clock.GetUtcNow()) is { } warning)
        {
            yield return new HealthFinding("gRPC certificates", HealthState.Degraded, warning.Text);
        }
    }

    /// <summary>Reads the files if they changed since the last look; the way of a test and of the watcher.</summary>
    public void Look()
    {
        lock (_looking)
        {
            LookLocked();
        }
    }

    private void LookLocked()
    {
        var state = FileState.Of(Files);
        if (state == _seen)
        {
            return;
        }
        _seen = state;
        try
        {
            _inUse = new InUse(TlsMaterial.Read(_settings));
            _refused = null;
            Tell(EventKind.CertificatesReloaded, $"the gRPC certificates were read anew: {_inUse.Material.Server.Subject}, valid until {_inUse.Material.Server.NotAfter.ToUniversalTime():yyyy-MM-dd}");
            Log.Reloaded(_logger, _inUse.Material.Server.Subject);
        }
        catch (InvalidDataException bad)
        {
            _refused = bad.Message;
            Tell(EventKind.CertificatesRefused, $"the changed gRPC certificates are not used, those before them stay: {bad.Message}");
            Log.Refused(_logger, bad.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (ClientPrincipal.IsEveryoneAdmin(_settings.Roles))
        {
            Log.EveryoneAdmin(_logger, Right.NameOf(Role.Admin));
        }
        using var watchers = new FileHints(Files, () => _hints.Writer.TryWrite(true));
        var told = default(ExpiryLevel);
        try
        {
            while (true)
            {
                var warning = _inUse.Expiry.WarningAt(_clock.GetUtcNow());
                if ((warning?.Level ?? ExpiryLevel.Fine) > told && warning is { } worse)
                {
                    Log.Expiring(_logger, worse.Text);
                    Tell(EventKind.CertificateExpiring, worse.Text);
                }
                told = warning?.Level ?? ExpiryLevel.Fine;
                await WaitForHintAsync(stoppingToken);
                await Task.Delay(Settle, _clock, stoppingToken);
                Look();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The stop.
        }
    }

    private async Task WaitForHintAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(_hints.Reader.ReadAsync(either.Token).AsTask(), Task.Delay(Poll, _clock, either.Token));
        await either.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private SslServerAuthenticationOptions OptionsFor(string client)
    {
        var material = _inUse.Material;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = material.Context,
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CipherSuitesPolicy = _ciphers,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            CertificateChainPolicy = ClientCertificates.PolicyFor(material.Authorities),
            // A ticket would let a client in again whose certificate is denied or expired by then.
            AllowTlsResume = false,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                var refusal = ClientCertificates.Refusal(certificate, chain, errors, _denied);
                if (refusal is not null)
                {
                    Log.ClientRefused(_logger, client, Core.ClientText.Escape(certificate?.Subject ?? "without a certificate"), refusal);
                }
                return refusal is null;
            },
        };
    }

    private void Tell(EventKind kind, string text) => _events.Publish(new ApplianceEvent { At = _clock.GetUtcNow(), Kind = kind, Known = true, Text = text });

    private sealed class InUse(TlsMaterial material)
    {
        public TlsMaterial Material => material;

        public CertificateExpiry Expiry { get; } = CertificateExpiry.Of([material.Server, .. material.Authorities]);
    }

    private static partial class Log
    {
        [LoggerMessage(5110, LogLevel.Information, "gRPC certificates read anew: {Subject}")]
        public static partial void Reloaded(ILogger logger, string subject);

        [LoggerMessage(5111, LogLevel.Error, "The changed gRPC certificates are not used, those before them stay: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(5112, LogLevel.Warning, "{Warning}")]
        public static partial void Expiring(ILogger logger, string warning);

        [LoggerMessage(5113, LogLevel.Warning, "A gRPC client at {Client} ({Subject}) was refused: {Reason}")]
        public static partial void ClientRefused(ILogger logger, string client, string subject, string reason);

        [LoggerMessage(5114, LogLevel.Warning, "Every client certificate of the gRPC authority has the role {Role}: keep its key safe, give less with grpc.roles, and refuse a lost certificate with grpc.deny")]
        public static partial void EveryoneAdmin(ILogger logger, string role);
    }
}
