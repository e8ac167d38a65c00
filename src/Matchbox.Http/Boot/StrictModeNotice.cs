using Matchbox.Core.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Boot;

/// <summary>Says at each start that installers are served to whoever asks, where the settings want that.</summary>
internal sealed partial class StrictModeNotice(IEventSink events, TimeProvider clock, ILogger<StrictModeNotice> logger) : IHostedService
{
    private const string Text =
        "compatibility is strict: installers are served UNGATED, to whoever asks and as often as they ask. A machine whose group selects an "
        + "installer loses its disk at every network boot. Set compatibility to standard to have each installation armed first";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Log.Ungated(logger, Text);
        events.Publish(new ApplianceEvent { At = clock.GetUtcNow(), Kind = EventKind.UngatedInstallers, Known = true, Text = Text });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        // An error's colour on a console: whoever starts this by mistake must see it.
        [LoggerMessage(5020, LogLevel.Error, "{Text}")]
        public static partial void Ungated(ILogger logger, string text);
    }
}
