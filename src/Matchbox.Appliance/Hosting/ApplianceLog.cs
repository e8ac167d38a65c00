using Matchbox.Appliance.Settings;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;

namespace Matchbox.Appliance.Hosting;

/// <summary>The log as the settings want it. Its level follows a reload; sinks are chosen at start.</summary>
internal sealed class ApplianceLog : ISettingsUser
{
    private readonly LoggingLevelSwitch _level = new();

    public ApplianceLog(LogSettings settings)
    {
        _level.MinimumLevel = LevelOf(settings.Level);
        ITextFormatter format = settings.Format == LogFormat.Json ? new RenderedCompactJsonFormatter() : new LogLine();
        var configuration = new LoggerConfiguration()
            .MinimumLevel.ControlledBy(_level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .Enrich.FromLogContext()
            .WriteTo.Sink(new BatchedSink(format, Console.OpenStandardOutput()));
        if (settings.File is { } file)
        {
            configuration.WriteTo.File(format, file, rollingInterval: RollingInterval.Day, fileSizeLimitBytes: 64 << 20, rollOnFileSizeLimit: true, retainedFileCountLimit: 14);
        }
        Logger = configuration.CreateLogger();
    }

    public Logger Logger { get; }

    public Task ApplyAsync(ApplianceSettings settings, CancellationToken cancellation)
    {
        _level.MinimumLevel = LevelOf(settings.Log.Level);
        return Task.CompletedTask;
    }

    private static LogEventLevel LevelOf(LogVerbosity level) => level switch
    {
        LogVerbosity.Trace => LogEventLevel.Verbose,
        LogVerbosity.Debug => LogEventLevel.Debug,
        LogVerbosity.Warning => LogEventLevel.Warning,
        LogVerbosity.Error => LogEventLevel.Error,
        _ => LogEventLevel.Information,
    };
}
