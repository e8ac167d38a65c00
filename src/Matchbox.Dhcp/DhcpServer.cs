using System.Collections.Immutable;
using System.Net.Sockets;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Leases;
using Matchbox.Core.Leases.Import;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Dhcp.V4.Serving;
using Matchbox.Dhcp.V4.Transport;
using Matchbox.Dhcp.V4.Watching;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Matchbox.Dhcp;

/// <summary>
/// The DHCP service: owns ports 67 and 4011 on the interfaces that are named, the leases' journal, and the search for other
/// servers. Starting fails with <see cref="DhcpPortException"/> when a port cannot be had; interfaces that are absent, down or
/// without an address join when they come. Stopping answers what waits and stores what was granted.
/// </summary>
/// <remarks>The place of DHCPv6 is beside <c>V4</c>: a responder, its rules and its ports, started and stopped here.</remarks>
public sealed partial class DhcpServer : BackgroundService, ILeaseAdopter
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AdoptionPause = TimeSpan.FromMilliseconds(20);

    private readonly DhcpSettings _settings;
    private readonly LeaseTable _leases;
    private readonly ILeaseStore _store;
    private readonly ISubnetSource _subnets;
    private readonly MachinePolicies _policies;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DhcpMetrics _metrics;
    private readonly ClientDirectory _clients;
    private readonly DhcpResponder _responder;
    private readonly DecisionActions _actions;
    private readonly ClientNotices _notices;
    private readonly AddressProber _prober;
    private readonly LinkWatch _watch;
    private readonly SubnetOpenings _openings;
    private readonly Dictionary<(string Interface, ushort Port), PortService> _ports = [];
    private readonly Dictionary<string, Task> _searches = new(StringComparer.Ordinal);
    private readonly HashSet<string> _complaints = new(StringComparer.Ordinal);
    private LayoutInUse? _layout;

    public DhcpServer(
        DhcpSettings settings, LeaseTable leases, ILeaseStore store, LeaseMetrics leaseMetrics, BootService boot, BootSessions sessions,
        ISubnetSource subnets, ISubnetVerdicts verdicts, MachineRegistry machines, ICatalogSource catalogs, MachinePolicies policies,
        IEventSink events, DhcpMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        _settings = settings;
        _leases = leases;
        _store = store;
        _subnets = subnets;
        _policies = policies;
        _time = time;
        _metrics = metrics;
        _logger = loggers.CreateLogger<DhcpServer>();
        _clients = new ClientDirectory(machines, catalogs, policies);
        _prober = new AddressProber(settings.AddressProbesPerSecond, time);
        _notices = new ClientNotices(events, sessions, machines, metrics, _prober, time, _logger);
        _watch = new LinkWatch(OnServer, OnOwner, failure => Log.WatchFailed(_logger, failure.Message));
        _openings = new SubnetOpenings(verdicts, _watch, _notices, settings.OpeningProbe, time);
        _responder = new DhcpResponder(leases, boot, sessions, subnets, _openings, _clients);
        _actions = new DecisionActions(leases, store, leaseMetrics, sessions, _notices, metrics, loggers);
        leaseMetrics.Observe(leases);
    }

    /// <summary>How the opening of each authoritative network stands, for people.</summary>
    public ImmutableArray<SubnetOpening> Openings => _openings.All;

    /// <summary>The interfaces on which we listen now.</summary>
    public ImmutableArray<string> Interfaces
    {
        get
        {
            lock (_ports)
            {
                return [.. _ports.Keys.Where(key => key.Port == _settings.Port).Select(key => key.Interface).Order(StringComparer.Ordinal)];
            }
        }
    }

    public async Task<IReadOnlyList<Lease>> AdoptAsync(IReadOnlyCollection<Lease> leases, CancellationToken cancellation)
    {
        var taken = _leases.Adopt(leases);
        if (taken.Count == 0)
        {
            return taken;
        }
        var adoption = new Adoption(taken.Count);
        foreach (var lease in taken)
        {
            // The journal's queue is for machines that wait; an import gives way.
            while (!_actions.Journal.TryEnqueue(lease, new PendingAck(null, null, adoption)))
            {
                await Task.Delay(AdoptionPause, _time, cancellation);
            }
        }
        await adoption.WhenStored.WaitAsync(cancellation);
        return taken;
    }

    /// <exception cref="DhcpPortException">A port is taken or not allowed.</exception>
    /// <exception cref="IOException">The leases cannot be read.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var links = NetworkLinks.Read();
        FollowLayout(links);
        // What was leased must be known before the first question, and its new end stored before the first answer.
        var again = _leases.Restore(_store.Load());
        foreach (var part in again.Chunk(500))
        {
            _store.Append(part);
        }
        Log.Restored(_logger, _leases.Counts().Sum(counts => counts.Bound));
        FollowOpenings(links, search: false, CancellationToken.None);
        FollowPorts(links, mustSucceed: true);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The journal ends after everything that could still grant has ended.
        using var journalStop = new CancellationTokenSource();
        var journal = _actions.Journal.RunAsync(journalStop.Token);
        try
        {
            // Whichever ends first ends the service: one that cannot store leases must not look alive.
            await await Task.WhenAny(LookAfterLinksAsync(stoppingToken), journal);
        }
        finally
        {
            PortService[] ports;
            lock (_ports)
            {
                ports = [.. _ports.Values];
                _ports.Clear();
            }
            await Task.WhenAll(ports.Select(port => port.StopAsync()));
            await journalStop.CancelAsync();
            await journal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var port in ports)
            {
                port.Dispose();
            }
            _watch.Dispose();
            await Task.WhenAll(_searches.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAfterLinksAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookInterval, _time);
        do
        {
            var links = NetworkLinks.Read();
            FollowLayout(links);
            FollowOpenings(links, search: true, stoppingToken);
            FollowPorts(links, mustSucceed: false);
            foreach (var ended in _ports.Values.Select(port => port.Ended).Where(ended => ended.IsCompleted).ToArray())
            {
                await ended;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    /// <summary>Gives the table its networks, reservations and what is nobody's, when one of them has changed.</summary>
    private void FollowLayout(Dictionary<string, NetworkLink> links)
    {
        var table = _subnets.Current;
        var declared = _policies.ByMac;
        var own = links.Values.SelectMany(link => link.Addresses).Select(address => address.Address).Order().ToImmutableArray();
        if (_layout is { } present && ReferenceEquals(present.Table, table) && ReferenceEquals(present.Declared, declared) && present.Own.SequenceEqual(own))
        {
            return;
        }
        _layout = new LayoutInUse(table, declared, own);
        _leases.Configure(LeaseLayouts.Of(table, declared, own));
    }

    private void FollowOpenings(Dictionary<string, NetworkLink> links, bool search, CancellationToken stoppingToken)
    {
        foreach (var (name, _) in _searches.Where(pair => pair.Value.IsCompleted).ToArray())
        {
            if (_searches[name].Exception is { } failure && !stoppingToken.IsCancellationRequested)
            {
                Complain($"search {name}", () => Log.SearchFailed(_logger, name, failure.InnerException?.Message ?? failure.Message));
            }
            _searches.Remove(name);
        }
        foreach (var subnet in _openings.Follow(_subnets.Current))
        {
            if (search && links.GetValueOrDefault(subnet.Interface!) is { IsReady: true, IsEthernet: true } link && !_searches.ContainsKey(link.Name))
            {
                Log.Searching(_logger, subnet.ToString(), _settings.OpeningProbe.TotalSeconds);
                _searches[link.Name] = _openings.SearchAsync(subnet, link, stoppingToken);
            }
        }
    }

    private void FollowPorts(Dictionary<string, NetworkLink> links, bool mustSucceed)
    {
        var wanted = Wanted();
        lock (_ports)
        {
            foreach (var (key, port) in _ports.ToArray())
            {
                if (!wanted.Contains(key.Interface) || links.GetValueOrDefault(key.Interface) is not { } link || link.Index != port.Link.Index)
                {
                    Log.Left(_logger, key.Interface, key.Port);
                    _ports.Remove(key);
                    _watch.Leave(key.Interface);
                    port.Dispose();
                }
                else if (!link.SameAs(port.Link))
                {
                    Log.Changed(_logger, link.Name, string.Join(", ", link.Addresses.Select(address => address.Address.ToString())), link.IsUp);
                    port.Follow(link);
                }
            }
            foreach (var name in wanted)
            {
                if (links.GetValueOrDefault(name) is not { IsReady: true } link)
                {
                    Complain($"link {name}", () => Log.Absent(_logger, name));
                    continue;
                }
                _complaints.Remove($"link {name}");
                Join(link, _settings.Port, mustSucceed);
                Join(link, _settings.ProxyPort, mustSucceed);
            }
        }
    }

    private void Join(NetworkLink link, ushort port, bool mustSucceed)
    {
        var key = (link.Name, port);
        if (_ports.ContainsKey(key))
        {
            return;
        }
        try
        {
            var service = new PortService(link, port, _responder, _actions, _clients, _settings, _metrics, _time, _logger);
            _ports.Add(key, service);
            if (port == _settings.Port)
            {
                _watch.Follow(link);
            }
            service.Start();
            _complaints.Remove($"port {key}");
            Log.Joined(_logger, link.Name, port, link.Addresses[0].Address);
        }
        catch (SocketException failure)
        {
            var error = new DhcpPortException(link.Name, port, failure);
            if (mustSucceed)
            {
                throw error;
            }
            Complain($"port {key}", () => Log.CannotJoin(_logger, error.Message));
        }
    }

    private HashSet<string> Wanted()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var served = _subnets.Current.All.Where(subnet => subnet.Mode != SubnetMode.Off).ToArray();
        names.UnionWith(served.Select(subnet => subnet.Interface).OfType<string>());
        if (served.Length > 0)
        {
            names.UnionWith(_settings.Interfaces);
        }
        return names;
    }

    private void OnServer(OverheardServer overheard)
    {
        var table = _subnets.Current;
        if (overheard.Hardware == overheard.Link.Hardware || overheard.Link.Has(overheard.Server) || table.All.Any(subnet => subnet.Advertise == overheard.Server))
        {
            return;
        }
        _openings.Heard(overheard);
        // What a relay of ours passes on carries the relay's own address (RFC 5107).
        if (table.OnLink(overheard.Link.Name) is { Mode: SubnetMode.Authoritative } subnet && overheard.Message.Giaddr != overheard.Server)
        {
            _notices.ForeignServer(subnet, overheard.Server, overheard.Hardware, overheard.Link.Name);
        }
    }

    private void OnOwner(OverheardOwner owner)
    {
        if (_prober.IsConflict(owner) && _leases.ConflictSeen(owner.Address) is { } record)
        {
            _actions.Store(record);
            _notices.Conflict(owner, record);
        }
    }

    private void Complain(string about, Action log)
    {
        if (_complaints.Add(about))
        {
            log();
        }
    }

    private sealed record LayoutInUse(SubnetTable Table, object Declared, ImmutableArray<Protocols.IPv4Address> Own);
}
