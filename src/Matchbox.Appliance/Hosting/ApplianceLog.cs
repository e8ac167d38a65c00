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
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host", Server = "Microsoft.AspNetCore.Server.Kestrel";

    private readonly LoggingLevelSwitch _level = new();

    public ApplianceLog(LogSettings settings)
    {
        _level.MinimumLevel = LevelOf(settings.Level);
        ITextFormatter format = settings.Format == LogFormat.Json ? new RenderedCompactJsonFormatter() : new LogLine();
        var configuration = new LoggerConfiguration()
            .MinimumLevel.ControlledBy(_level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Grpc", LogEventLevel.Warning)
            .Filter.ByExcluding(IsToldInOurWords)
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

    // Why a start failed and why a listener did not open is told for the operator, in one line; so are stops, which the host takes for
    // failures of services when it never got to run. The framework adds a page of stack trace to each.
    private static bool IsToldInOurWords(LogEvent happened) => happened.Exception is { } failure && SourceOf(happened) switch
    {
        Host => failure is OperationCanceledException || StartException.Explains(failure),
        Server => failure is StartException,
        _ => false,
    };

    private static string? SourceOf(LogEvent happened) =>
        happened.Properties.TryGetValue(Constants.SourceContextPropertyName, out var source) && source is ScalarValue { Value: string name } ? name : null;

    private static LogEventLevel LevelOf(LogVerbosity level) => level switch
    {
        LogVerbosity.Trace => LogEventLevel.Verbose,
        LogVerbosity.Debug => LogEventLevel.Debug,
        LogVerbosity.Warning => LogEventLevel.Warning,
        LogVerbosity.Error => LogEventLevel.Error,
        _ => LogEventLevel.Information,
    };
}
