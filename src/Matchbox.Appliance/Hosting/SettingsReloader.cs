using System.Runtime.InteropServices;
using System.Threading.Channels;
using Matchbox.Appliance.Settings;
using Matchbox.Core.Events;

namespace Matchbox.Appliance.Hosting;

/// <summary>
/// Reads the settings again on SIGHUP and when their file changes, and hands what changed to those who use it. Refused
/// settings change nothing: every fault is logged, and the last good ones stay in use.
/// </summary>
public sealed partial class SettingsReloader(
    SettingsOrigin origin, SettingsInUse inUse, IEnumerable<ISettingsUser> users, IEventSink events, TimeProvider clock, ILogger<SettingsReloader> logger)
    : BackgroundService
{
    // A watch sees most changes at once; the poll sees the rest (network file systems, swapped links, a full watch queue).
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(200);

    // One place: any number of signals before the next reading are one reading.
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private string _seen = Fingerprint(origin.File);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            _signals.Writer.TryWrite(true);
        });
        using var watcher = Watch();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                using var poll = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                var asked = _signals.Reader.WaitToReadAsync(poll.Token).AsTask();
                await Task.WhenAny(asked, Task.Delay(PollEvery, clock, poll.Token));
                await poll.CancelAsync();
                var signalled = _signals.Reader.TryRead(out var hungUp) && hungUp;
                // An editor writes in several steps; what it leaves behind is what counts.
                await Task.Delay(Settle, clock, stoppingToken);
                var present = Fingerprint(origin.File);
                if (signalled || present != _seen)
                {
                    _seen = present;
                    await ReloadAsync(stoppingToken);
                }
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                Log.ReloadFailed(logger, failure);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ReloadAsync(CancellationToken cancellation)
    {
        var reading = origin.Read();
        if (reading.Settings is not { } settings)
        {
            inUse.Refuse(reading.Faults);
            foreach (var fault in reading.Faults)
            {
                Log.Fault(logger, fault.ToString());
            }
            Log.Refused(logger, reading.Faults.Count);
            Tell(EventKind.SettingsRefused, $"settings refused, the last good ones stay in use: {string.Join("; ", reading.Faults.Take(5))}");
            return;
        }
        var before = inUse.Settings;
        inUse.Replace(settings);
        foreach (var user in users)
        {
            await user.ApplyAsync(settings, cancellation);
        }
        foreach (var what in RestartNeeded(before, settings))
        {
            Log.NeedsRestart(logger, what);
        }
        Log.Reloaded(logger, settings.Subnets.Length, settings.Machines.Length);
        Tell(EventKind.SettingsReloaded, $"settings reloaded: {settings.Subnets.Length} networks, {settings.Machines.Length} machines");
    }

    /// <summary>What was changed and counts only after a restart.</summary>
    internal static IEnumerable<string> RestartNeeded(ApplianceSettings before, ApplianceSettings after)
    {
        (string Key, bool Changed)[] fixedAtStart =
        [
            ("state-path", before.StatePath != after.StatePath),
            ("data-path", before.DataPath != after.DataPath),
            ("hints-off", !before.HintsOff.SequenceEqual(after.HintsOff)),
            ("assets-path", before.AssetsPath != after.AssetsPath),
            ("loaders-path", before.LoadersPath != after.LoadersPath),
            ("compatibility", before.Compatibility != after.Compatibility),
            ("write-to", before.WriteTo != after.WriteTo),
            ("key-ring-path", before.KeyRingPath != after.KeyRingPath),
            ("secrets.key-file", before.SecretsKeyFile != after.SecretsKeyFile),
            ("log.format", before.Log.Format != after.Log.Format),
            ("log.file", before.Log.File != after.Log.File),
            ("boot", !before.Boot.Listen.SequenceEqual(after.Boot.Listen) || !before.Boot.SecureListen.SequenceEqual(after.Boot.SecureListen)
                || before.Boot with { Listen = [], SecureListen = [] } != after.Boot with { Listen = [], SecureListen = [] }),
            ("grpc",
                before.Grpc with { Listen = [], Deny = [], Roles = [] } != after.Grpc with { Listen = [], Deny = [], Roles = [] }
                || !before.Grpc.Listen.SequenceEqual(after.Grpc.Listen)
                || !before.Grpc.Roles.SequenceEqual(after.Grpc.Roles)),
            ("admin",
                !before.Admin.Listen.SequenceEqual(after.Admin.Listen) || before.Admin.Tls with { ClientDeny = [] } != after.Admin.Tls with { ClientDeny = [] }
                || !before.Admin.Tls.ClientDeny.SequenceEqual(after.Admin.Tls.ClientDeny)
                || (before.Admin.OpenId is { } was ? was with { Roles = [] } : null) != (after.Admin.OpenId is { } now ? now with { Roles = [] } : null)
                || !(before.Admin.OpenId?.Roles ?? []).SequenceEqual(after.Admin.OpenId?.Roles ?? [])),
            ("tftp", before.Tftp with { Listen = [] } != after.Tftp with { Listen = [] } || !before.Tftp.Listen.SequenceEqual(after.Tftp.Listen)),
            ("dhcp.port, dhcp.proxy-port, dhcp.queue-length, dhcp.interfaces",
                before.Dhcp with { Interfaces = [] } != after.Dhcp with { Interfaces = [] } || !before.Dhcp.Interfaces.SequenceEqual(after.Dhcp.Interfaces)),
        ];
        return fixedAtStart.Where(item => item.Changed).Select(item => item.Key);
    }

    private FileSystemWatcher? Watch()
    {
        if (origin.File is not { } file || Path.GetDirectoryName(file) is not { } folder || !Directory.Exists(folder))
        {
            return null;
        }
        try
        {
            var watcher = new FileSystemWatcher(folder, Path.GetFileName(file));
            watcher.Changed += (_, _) => _signals.Writer.TryWrite(false);
            watcher.Created += (_, _) => _signals.Writer.TryWrite(false);
            watcher.Renamed += (_, _) => _signals.Writer.TryWrite(false);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException failure)
        {
            Log.NotWatched(logger, file, failure.Message);
            return null;
        }
    }

    private static string Fingerprint(string? file)
    {
        try
        {
            return file is null ? "" : Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }

    private void Tell(EventKind kind, string text) => events.Publish(new ApplianceEvent { At = clock.GetUtcNow(), Kind = kind, Known = true, Text = text });

    private static partial class Log
    {
        [LoggerMessage(7010, LogLevel.Information, "Settings reloaded: {Subnets} networks, {Machines} machines")]
        public static partial void Reloaded(ILogger logger, int subnets, int machines);

        [LoggerMessage(7011, LogLevel.Error, "Settings refused ({Count} faults): the last good ones stay in use")]
        public static partial void Refused(ILogger logger, int count);

        [LoggerMessage(7012, LogLevel.Error, "{Fault}")]
        public static partial void Fault(ILogger logger, string fault);

        [LoggerMessage(7013, LogLevel.Warning, "{What} was changed: it counts after a restart")]
        public static partial void NeedsRestart(ILogger logger, string what);

        [LoggerMessage(7014, LogLevel.Error, "Reloading the settings failed")]
        public static partial void ReloadFailed(ILogger logger, Exception failure);

        [LoggerMessage(7015, LogLevel.Warning, "{File} cannot be watched ({Reason}): changes are seen within seconds all the same")]
        public static partial void NotWatched(ILogger logger, string file, string reason);
    }
}

/// <summary>A part that takes over changed settings while it runs.</summary>
public interface ISettingsUser
{
    Task ApplyAsync(ApplianceSettings settings, CancellationToken cancellation);
}
