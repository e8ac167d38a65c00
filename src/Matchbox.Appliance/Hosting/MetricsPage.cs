using Prometheus;

namespace Matchbox.Appliance.Hosting;

/// <summary>The instruments of all our meters (<c>Matchbox.*</c>) and the process's own, as Prometheus reads them.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly IDisposable _listening;

    public MetricsPage()
    {
        DotNetStats.Register(_registry);
        _listening = MeterAdapter.StartListening(new MeterAdapterOptions
        {
            Registry = _registry,
            InstrumentFilterPredicate = instrument => instrument.Meter.Name.StartsWith("Matchbox.", StringComparison.Ordinal),
        });
    }

    public Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return _registry.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }

    public void Dispose() => _listening.Dispose();
}
