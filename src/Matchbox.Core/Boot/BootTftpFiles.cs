using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Matchbox.Core.Boot.Scripts;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Files;
using Matchbox.Protocols;
using Microsoft.Extensions.Logging;

namespace Matchbox.Core.Boot;

/// <summary>
/// Files that booting machines fetch by TFTP and that are no file of a folder: a boot's loaders under <c>boot/NONCE/</c>, GRUB's
/// generic config and that of each machine. GRUB carries no nonce: its boot is the one whose loader its address fetched.
/// </summary>
public sealed partial class BootTftpFiles(
    BootService boot, BootSessions sessions, BootServiceSettings settings, string loadersPath, ILogger<BootTftpFiles> logger) : IVirtualTftpFiles, ITftpObserver
{
    private const string GenericConfig = "grub/grub.cfg";
    private const string MachineConfigs = "grub/machines/";
    private const string ConfigEnding = ".cfg";
    private const int MaxLoader = 64 << 20;

    // A block or two lost is any network's ordinary day.
    private const int ManyRetransmissions = 8;

    private static readonly ReadOnlyMemory<byte> Generic = Encoding.ASCII.GetBytes(GrubConfig.Generic);

    // A handful of files of a few hundred kilobytes, asked for by every machine of a rack at once.
    private readonly ConcurrentDictionary<string, Loader> _loaders = new(StringComparer.Ordinal);

    public async ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(TftpFileRequest request, CancellationToken cancellationToken)
    {
        if (request.Name == GenericConfig)
        {
            return Generic;
        }
        if (request.Name.StartsWith(MachineConfigs, StringComparison.Ordinal) && request.Name.EndsWith(ConfigEnding, StringComparison.Ordinal))
        {
            return await MachineConfigAsync(request, cancellationToken);
        }
        if (request.Name == BootPath.AutoExec)
        {
            return Encoding.ASCII.GetBytes(IpxeScript.ChainFrom(BaseUrlFor(request), sessions.ProvenNonce(request.Source)));
        }
        if (!BootPath.TryParse(request.Name, out var nonce, out var file))
        {
            return null;
        }
        return file == BootPath.AutoExec ? Encoding.ASCII.GetBytes(IpxeScript.ChainFrom(BaseUrlFor(request), nonce)) : Read(file);
    }

    /// <summary>A loader or a kernel has arrived whole.</summary>
    public void Completed(IPv4Address source, string name, long bytes, TimeSpan duration, long retransmissions)
    {
        if (retransmissions >= ManyRetransmissions)
        {
            boot.TransferTroubled(source, name, string.Create(CultureInfo.InvariantCulture,
                $"{FileOf(name)} arrived after {duration.TotalSeconds:0.0} s, with {retransmissions} blocks sent again"));
        }
        if (BootPath.TryParse(name, out var nonce, out var file))
        {
            if (file != BootPath.AutoExec)
            {
                boot.LoaderFetched(source, nonce, file);
            }
        }
        else
        {
            boot.AssetFetched(source, "/" + name.TrimStart('/'));
        }
    }

    /// <summary>Firmware ends many a transfer early to learn a size: only one that nobody answered any more, or that had begun, is told.</summary>
    public void Failed(IPv4Address source, string name, long bytes, TimeSpan duration, long retransmissions, string reason)
    {
        if (retransmissions > 0 || bytes > 0)
        {
            boot.TransferTroubled(source, name, string.Create(CultureInfo.InvariantCulture,
                $"{FileOf(name)} broke off after {bytes} octets and {duration.TotalSeconds:0.0} s, {retransmissions} blocks sent again: {ClientText.Escape(reason)}"));
        }
    }

    // The nonce of boot/NONCE/FILE is nobody's business.
    private static string FileOf(string name) => BootPath.TryParse(name, out _, out var file) ? file : ClientText.Escape(name);

    private async ValueTask<ReadOnlyMemory<byte>?> MachineConfigAsync(TftpFileRequest request, CancellationToken cancellation)
    {
        var labels = new Labels();
        var name = request.Name[MachineConfigs.Length..^ConfigEnding.Length];
        // Who does not know its own MAC is known by its address.
        HardwareAddress? mac = HardwareAddress.TryParse(name, out var claimed) ? claimed : sessions.OwnerOf(request.Source);
        if (mac is { } own)
        {
            labels.Add("mac", own.ToString());
        }
        var nonce = sessions.ProvenNonce(request.Source);
        var question = new BootRequest
        {
            Stage = BootStage.GrubConfig,
            Labels = labels,
            Source = request.Source,
            Nonce = nonce,
            BaseUrl = BaseUrlFor(request),
        };
        ScriptAnswer answer;
        try
        {
            answer = await boot.ForScriptAsync(question, cancellation);
        }
        catch (IOException failure)
        {
            Log.NotStored(logger, mac, request.Source, failure.Message);
            return Encoding.ASCII.GetBytes(GrubConfig.Hold($"{mac}", "the appliance cannot store what this boot needs"));
        }
        var text = GrubConfig.Of(answer, mac, question.BaseUrl) ?? GrubConfig.Wait($"{mac}", answer is ScriptAnswer.NotFound missing ? missing.Reason : "no answer");
        Log.Config(logger, mac, request.Source, answer.GetType().Name, nonce is not null);
        return Encoding.UTF8.GetBytes(text);
    }

    private ReadOnlyMemory<byte>? Read(string file)
    {
        var path = Path.Combine(loadersPath, file);
        var info = new FileInfo(path);
        if (file is "." or ".." || !info.Exists || info.Length > MaxLoader)
        {
            return null;
        }
        var written = info.LastWriteTimeUtc;
        if (_loaders.TryGetValue(file, out var known) && known.Written == written && known.Content.Length == info.Length)
        {
            return known.Content;
        }
        try
        {
            using var handle = File.OpenHandle(path);
            if (!RealPath.IsInside(handle, loadersPath))
            {
                return null;
            }
            var content = new byte[RandomAccess.GetLength(handle)];
            for (var read = 0; read < content.Length;)
            {
                var length = RandomAccess.Read(handle, content.AsSpan(read), read);
                if (length == 0)
                {
                    return null;
                }
                read += length;
            }
            _loaders[file] = new Loader(written, content);
            return content;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.NotRead(logger, file, failure.Message);
            return null;
        }
    }

    private string BaseUrlFor(TftpFileRequest request) => string.Create(CultureInfo.InvariantCulture, $"http://{request.Local}:{settings.HttpPort}");

    private sealed record Loader(DateTime Written, byte[] Content);

    private static partial class Log
    {
        [LoggerMessage(2301, LogLevel.Information, "GRUB config of {Mac} for {Client}: {Answer}, proven boot: {IsProven}")]
        public static partial void Config(ILogger logger, HardwareAddress? mac, IPv4Address client, string answer, bool isProven);

        [LoggerMessage(2302, LogLevel.Error, "GRUB config of {Mac} for {Client} not given: {Reason}")]
        public static partial void NotStored(ILogger logger, HardwareAddress? mac, IPv4Address client, string reason);

        [LoggerMessage(2303, LogLevel.Error, "Loader {File} cannot be read: {Reason}")]
        public static partial void NotRead(ILogger logger, string file, string reason);
    }
}
