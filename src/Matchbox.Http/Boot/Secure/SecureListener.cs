using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Configuration;

namespace Matchbox.Http.Boot.Secure;

/// <summary>
/// Where protected configs travel: a listener over TLS that opens when the first of them is asked for, or at the start. Kestrel
/// reads its endpoints from here as a configuration, which it may be told to read again while it runs. Thread-safe.
/// </summary>
public sealed class SecureListener : ConfigurationProvider, IConfigurationSource
{
    /// <summary>What begins the names of its endpoints in Kestrel's configuration.</summary>
    public const string Prefix = "secure-boot-";

    private readonly ImmutableArray<IPEndPoint> _endpoints;
    private readonly Lock _opening = new();
    private readonly ConcurrentDictionary<IPEndPoint, string> _faults = new();

    // Who looks finds every fault in the dictionary: one signal is as good as many.
    private readonly Channel<bool> _refusals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int _attempts;

    /// <param name="endpoints">Where; the port of the first goes into the URLs that machines get.</param>
    /// <param name="authority">Issues its certificates.</param>
    /// <param name="plainPort">The boot listener's port, where machines go on with everything else.</param>
    public SecureListener(IEnumerable<IPEndPoint> endpoints, BootAuthority authority, int plainPort) =>
        (_endpoints, Authority, PlainPort) = ([.. endpoints], authority, plainPort);

    public int PlainPort { get; }

    public BootAuthority Authority { get; }

    public IReadOnlyList<IPEndPoint> Endpoints => _endpoints;

    public bool IsOpen { get; private set; }

    /// <summary>Why it does not listen where it should; null: it does, or has not been needed yet.</summary>
    public string? Fault => _faults.IsEmpty ? null : string.Join("; ", _faults.Values);

    /// <summary>Signals that an address was refused.</summary>
    internal ChannelReader<bool> Refusals => _refusals.Reader;

    /// <summary>The addresses that were refused.</summary>
    internal ICollection<IPEndPoint> Refused => _faults.Keys;

    /// <summary>Opens it, once. Until it listens, whoever was sent there asks again.</summary>
    public void Open()
    {
        lock (_opening)
        {
            if (IsOpen)
            {
                return;
            }
            IsOpen = true;
            for (var index = 0; index < _endpoints.Length; index++)
            {
                Set(string.Create(CultureInfo.InvariantCulture, $"Endpoints:{Prefix}{index}:Url"), $"http://{_endpoints[index]}");
            }
        }
        OnReload();
    }

    /// <summary>For whoever binds the sockets: this one of its addresses was refused, and why; null: it is bound.</summary>
    public void Bound(IPEndPoint endpoint, string? refusal)
    {
        if (refusal is null)
        {
            _faults.TryRemove(endpoint, out _);
            return;
        }
        _faults[endpoint] = refusal;
        _refusals.Writer.TryWrite(true);
    }

    /// <summary>Tries again where it was refused.</summary>
    internal void Retry()
    {
        lock (_opening)
        {
            // Kestrel begins an endpoint anew when its section has changed, by whatever value.
            _attempts++;
            for (var index = 0; index < _endpoints.Length; index++)
            {
                if (_faults.ContainsKey(_endpoints[index]))
                {
                    Set(string.Create(CultureInfo.InvariantCulture, $"Endpoints:{Prefix}{index}:Attempt"), _attempts.ToString(CultureInfo.InvariantCulture));
                }
            }
        }
        OnReload();
    }

    /// <summary>The same request where it is answered: our host as the client called it, the listener's port.</summary>
    public string UrlOf(string host, string pathAndQuery) =>
        string.Create(CultureInfo.InvariantCulture, $"https://{host}:{_endpoints[0].Port}{pathAndQuery}");

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;
}
