using System.Globalization;
using Matchbox.Protocols;
using Matchbox.Tftp;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Matchbox.Bench;

/// <summary>The TFTP service over one folder, until it is told to stop.</summary>
internal static class TftpService
{
    public static async Task<int> RunAsync(string[] args)
    {
        var settings = new TftpSettings
        {
            Roots = [new TftpRoot("", Value(args, "--root") ?? ".")],
            Listen = [IPv4Address.Parse(Value(args, "--listen") ?? "0.0.0.0")],
            Port = Number(args, "--port", 69),
            MaxBlockSize = Number(args, "--max-block", 0) is var block and > 0 ? block : null,
            Threads = Number(args, "--threads", 0),
            // The load client is one address; the limit for each source is not what is measured.
            MaxTransfersPerSource = Number(args, "--per-source", 1024),
        };
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddTftp(settings);
        using var host = builder.Build();
        await host.RunAsync();
        return 0;
    }

    private static string? Value(string[] args, string name) => Array.IndexOf(args, name) is var i and >= 0 && i + 1 < args.Length ? args[i + 1] : null;

    private static int Number(string[] args, string name, int otherwise) =>
        Value(args, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
