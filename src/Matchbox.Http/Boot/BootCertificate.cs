using System.Net.Security;
using System.Security.Authentication;
using Matchbox.Core.Events;
using Matchbox.Core.Health;
using Matchbox.Http.Grpc.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Boot;

/// <summary>
/// The certificate of a boot listener that speaks HTTPS. Read again when its files change; bad ones are refused and those in use stay.
/// New connections get the new one, open ones go on.
/// </summary>
public sealed partial class BootCertificate : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WarnBefore = TimeSpan.FromDays(14);

    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly IEventSink _events;
    private readonly TimeProvider _clock;
    private readonly ILogger<BootCertificate> _logger;
    private volatile BootTls _inUse;
    private volatile string? _fault;
    private string _seen;

    /// <exception cref="InvalidDataException">The files cannot be used; of what is missing the message is poseidon/matchbox's.</exception>
    public BootCertificate(string certificateFile, string keyFile, IEventSink events, TimeProvider clock, ILogger<BootCertificate> logger)
    {
        (_certificateFile, _keyFile, _events, _clock, _logger) = (certificateFile, keyFile, events, clock, logger);
        _seen = FileState.Of([_certificateFile, _keyFile]);
        _inUse = BootTls.Load(_certificateFile, _keyFile);
    }

    /// <summary>What a connection's handshake is made with.</summary>
    public TlsHandshakeCallbackOptions Callback() => new()
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _inUse.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
        }),
    };

    public IEnumerable<HealthFinding> Check()
    {
        if (_fault is { } fault)
        {
            yield return new HealthFinding("boot certificate", HealthState.Degraded, $"the changed files are refused, the certificate before them is in use: {fault}");
        }
        var end = new DateTimeOffset(_inUse.Certificate.NotAfter);
        if (end - _clock.GetUtcNow() < WarnBefore)
        {
            yield return new HealthFinding("boot certificate", HealthState.Degraded, $"it expires at {end.UtcDateTime:u}: put a new one into {_certificateFile}");
        }
    }

    /// <summary>Reads the files if they changed since the last look. One caller at a time.</summary>
    public void Look()
    {
        var state = FileState.Of([_certificateFile, _keyFile]);
        if (state == _seen)
        {
            return;
        }
        _seen = state;
        try
        {
            _inUse = BootTls.Load(_certificateFile, _keyFile);
            _fault = null;
            Log.Reloaded(_logger, _inUse.Certificate.Subject);
            Tell(EventKind.CertificatesReloaded, $"the certificate of the boot listener was read anew: {_inUse.Certificate.Subject}");
        }
        catch (InvalidDataException bad)
        {
            _fault = bad.Message;
            Log.Refused(_logger, bad.Message);
            Tell(EventKind.CertificatesRefused, $"the changed certificate of the boot listener is refused, the one before stays in use: {bad.Message}");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PollInterval, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Look();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The stop.
        }
    }

    private void Tell(EventKind kind, string text) => _events.Publish(new ApplianceEvent { At = _clock.GetUtcNow(), Kind = kind, Known = true, Text = text });

    private static partial class Log
    {
        [LoggerMessage(5030, LogLevel.Information, "The certificate of the boot listener was read anew: {Subject}")]
        public static partial void Reloaded(ILogger logger, string subject);

        [LoggerMessage(5031, LogLevel.Error, "The changed certificate of the boot listener is refused, the one before stays in use: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
