using System.Net;
using System.Net.Sockets;
using Matchbox.Core.Events;
using Matchbox.Core.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Boot.Secure;

/// <summary>
/// Says when the listener of protected configs cannot open while we run, and opens it once its address is free: nobody looks for that
/// in the web server's log, and machines would wait for it in vain.
/// </summary>
public sealed partial class SecureListenerKeeper(
    SecureListener secure, IEventSink events, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<SecureListenerKeeper> logger)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public IEnumerable<HealthFinding> Check() =>
        secure.Fault is { } fault ? [new HealthFinding("secure boot listener", HealthState.Degraded, $"protected configs reach no machine: {fault}")] : [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // A refusal before ends the start, which says so itself.
            await StartedAsync(stoppingToken);
            while (await secure.Refusals.WaitToReadAsync(stoppingToken))
            {
                secure.Refusals.TryRead(out _);
                if (secure.Fault is not { } fault)
                {
                    continue;
                }
                Log.Refused(logger, fault);
                Tell(EventKind.ListenerRefused, $"the secure boot listener is not open, and protected configs reach no machine: {fault}");
                while (!secure.Refused.Any(IsFree))
                {
                    await Task.Delay(Pause, clock, stoppingToken);
                }
                secure.Retry();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The stop.
        }
    }

    private async Task StartedAsync(CancellationToken cancellation)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellation);
    }

    // Asked before Kestrel tries, which writes a stack trace for each refusal.
    private static bool IsFree(IPEndPoint endpoint)
    {
        try
        {
            using var probe = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(endpoint);
            probe.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Tell(EventKind kind, string text) => events.Publish(new ApplianceEvent { At = clock.GetUtcNow(), Kind = kind, Known = true, Text = text });

    private static partial class Log
    {
        [LoggerMessage(5032, LogLevel.Error, "The secure boot listener is not open, and protected configs reach no machine: {Reason}. It opens by itself once that is mended")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
