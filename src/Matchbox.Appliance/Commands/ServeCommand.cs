using System.Net.Sockets;
using Matchbox.Appliance.Hosting;
using Matchbox.Appliance.Settings;

namespace Matchbox.Appliance.Commands;

/// <summary><c>matchbox serve</c>: reads, opens, runs until a signal, and says in one line why it could not.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(SettingsOrigin origin)
    {
        var reading = origin.Read();
        foreach (var note in reading.Notes)
        {
            await Console.Error.WriteLineAsync($"note: {note}");
        }
        if (reading.Settings is not { } settings)
        {
            foreach (var fault in reading.Faults)
            {
                await Console.Error.WriteLineAsync(fault.ToString());
            }
            await Console.Error.WriteLineAsync($"matchbox: not started, {CheckCommand.Count(reading.Faults.Count, "fault")} in the settings");
            return ExitCode.Fault;
        }
        try
        {
            var place = StatePlace.Choose(settings);
            if (place.Warning is { } warning)
            {
                await Console.Error.WriteLineAsync($"note: {warning}");
            }
            using var state = StateFolder.Open(place.Path);
            var log = new ApplianceLog(settings.Log);
            await using var logger = log.Logger;
            using var host = ApplianceHost.Build(origin, settings, state, log);
            try
            {
                await host.RunAsync();
            }
            catch (Exception failure) when (Explain(failure, settings) is { } reason)
            {
                // Also for the log's file, which has nothing of what goes to the console.
                logger.ForContext<ApplianceLog>().Fatal("Not started: {Reason}", reason);
                throw;
            }
            return ExitCode.Ok;
        }
        catch (Exception failure) when (Explain(failure, settings) is { } reason)
        {
            await Console.Error.WriteLineAsync($"matchbox: {reason}");
            return ExitCode.Fault;
        }
    }

    private static string? Explain(Exception failure, ApplianceSettings settings)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case StartException:
                case InvalidDataException:
                    return cause.Message;
                case SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return $"{failure.Message}{Holders(settings)}";
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return $"{failure.Message}: ports below 1024 need root or CAP_NET_BIND_SERVICE, DHCP also CAP_NET_RAW";
                default:
                    continue;
            }
        }
        return null;
    }

    private static string Holders(ApplianceSettings settings)
    {
        int[] ports = [settings.Tftp.Port, settings.Dhcp.Port, settings.Dhcp.ProxyPort];
        return string.Concat(ports
            .Select(port => (port, holder: PortHolder.Describe(ProtocolType.Udp, port)))
            .Where(pair => pair.holder is not null && !pair.holder.EndsWith($"(process {Environment.ProcessId})", StringComparison.Ordinal))
            .Select(pair => $"; {pair.holder} holds UDP port {pair.port}"));
    }
}

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Fault = 1;
    public const int Usage = 2;
}
