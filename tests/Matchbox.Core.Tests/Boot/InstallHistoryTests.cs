using System.Globalization;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Boot;

/// <summary>
/// Seeded histories of one machine whose groups select an installer: power cuts on both sides, lost and repeated reports,
/// restarts, changed content, foreign requests, clock steps. A disk is never written more often than a person allowed, and
/// never after an acknowledged "installed".
/// </summary>
public class InstallHistoryTests
{
    private const int InOrdinaryRun = 2_000;
    private const int InLongRun = 100_000;

    private static readonly HardwareAddress Node = HardwareAddress.Parse("52:54:00:77:00:01");
    private static readonly HardwareAddress Neighbour = HardwareAddress.Parse("52:54:00:77:00:02");
    private static readonly IPv4Address NodeAddress = IPv4Address.Parse("10.77.0.101");
    private static readonly IPv4Address NeighbourAddress = IPv4Address.Parse("10.77.0.102");
    private static readonly Catalog First = BootRig.OneProfile(Node, "vmlinuz-1", install: true);
    private static readonly Catalog Second = BootRig.OneProfile(Node, "vmlinuz-2", install: true);

    [Fact]
    public async Task No_history_writes_a_disk_more_often_than_allowed()
    {
        var count = Environment.GetEnvironmentVariable("MATCHBOX_LONG") == "1" ? InLongRun : InOrdinaryRun;
        var writes = 0;
        var installed = 0;
        for (var seed = 0; seed < count; seed++)
        {
            var history = await History.PlayAsync(seed);
            Assert.True(history.Fault is null, $"seed {seed}: {history.Fault}\n{history.Log}");
            writes += history.Writes;
            installed += history.Installed;
        }
        // A test that never installs proves nothing.
        Assert.True(writes > count / 4 && installed > count / 8, $"only {writes} writes and {installed} installations in {count} histories");
    }

    private sealed class History(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly System.Text.StringBuilder _log = new();
        private BootRig _rig = null!;
        private string? _nonce;
        private ScriptAnswer.Boot? _running;
        private bool _written;
        private string? _stolenNonce;
        private string? _stolenToken;
        private int _writesOfArming;
        private int _allowed;
        private bool _acknowledged;

        public int Writes { get; private set; }

        public int Installed { get; private set; }

        public string? Fault { get; private set; }

        public string Log => _log.ToString();

        public static async Task<History> PlayAsync(int seed)
        {
            var history = new History(seed);
            await using var rig = await BootRig.StartAsync(First);
            history._rig = rig;
            rig.Lease(Node, NodeAddress);
            rig.Lease(Neighbour, NeighbourAddress);
            await rig.Machines.PutAsync(new Machine { Id = Node.ToHyphenString(), Macs = [Node] }, CancellationToken.None);
            var steps = 20 + history._random.Next(60);
            for (var step = 0; step < steps && history.Fault is null; step++)
            {
                await history.StepAsync();
            }
            return history;
        }

        private Task StepAsync() => _random.Next(30) switch
        {
            0 or 1 => ArmAsync(),
            2 => Say("release", _rig.Commands.ReleaseAsync(Machine, "test", CancellationToken.None)),
            3 => Say("disarm", _rig.Commands.DisarmAsync(Machine, "test", CancellationToken.None)),
            4 => PowerCut(),
            5 or 6 => Say("restart of the appliance", _rig.RestartAsync()),
            7 => StepClock(),
            8 => _random.Next(3) == 0 ? ChangeContent() : Task.CompletedTask,
            9 or 10 or 11 => ForeignAsync(),
            < 16 => _running is not null && _random.Next(3) > 0 ? Task.CompletedTask : PowerOn(),
            < 22 => FetchScriptAsync(),
            < 26 => FetchConfigAndWriteAsync(),
            _ => ReportAsync(),
        };

        private Machine Machine => _rig.Machines.ByMac(Node)!;

        private async Task ArmAsync()
        {
            var outcome = await _rig.Commands.ArmAsync(Machine, "test", null, CancellationToken.None);
            _log.AppendLine(CultureInfo.InvariantCulture, $"arm: {outcome.GetType().Name}");
            if (outcome is CommandOutcome.Done)
            {
                // What a machine already runs may still write once more: it was permitted when it was served.
                _allowed = 2 + (_running is not null && !_written ? 1 : 0);
                _writesOfArming = 0;
                _acknowledged = false;
            }
        }

        private Task PowerCut()
        {
            _log.AppendLine("power cut of the machine");
            _nonce = null;
            _running = null;
            return Task.CompletedTask;
        }

        private Task PowerOn()
        {
            // A machine that runs an installer goes on with it; only a reset asks DHCP again.
            _running = null;
            if (_random.Next(4) == 0)
            {
                _rig.Dhcp(Node, ipxe: false);
            }
            _nonce = BootRig.NonceOf(_rig.Dhcp(Node, ipxe: true));
            _log.AppendLine(CultureInfo.InvariantCulture, $"power on, nonce {_nonce}");
            return Task.CompletedTask;
        }

        private async Task FetchScriptAsync()
        {
            if (_nonce is null || _running is not null)
            {
                return;
            }
            var answer = await _rig.ScriptAsync(Node, NodeAddress, _nonce);
            var lost = _random.Next(5) == 0;
            _log.AppendLine(CultureInfo.InvariantCulture, $"script: {answer.GetType().Name}{(lost ? ", lost" : "")}");
            if (answer is ScriptAnswer.Boot boot && !lost)
            {
                _running = boot;
                _written = false;
            }
        }

        private async Task FetchConfigAndWriteAsync()
        {
            if (_running is null || _written)
            {
                return;
            }
            // An installer that carries all in its arguments writes without asking for a config.
            if (_random.Next(2) == 0)
            {
                _ = await _rig.ConfigAsync(Node, NodeAddress, _nonce, BootRig.TokenOf(_running));
            }
            _written = true;
            Writes++;
            _writesOfArming++;
            _log.AppendLine(CultureInfo.InvariantCulture, $"disk written, {_writesOfArming} of {_allowed}");
            if (_writesOfArming > _allowed)
            {
                Fault = "the disk was written more often than the arming allows";
            }
            if (_acknowledged)
            {
                Fault = "the disk was written after an acknowledged report";
            }
        }

        private async Task ReportAsync()
        {
            if (_running is null || !_written)
            {
                return;
            }
            _stolenToken = BootRig.TokenOf(_running);
            var outcome = await _rig.ReportAsync(Node, NodeAddress, ReportStep.Installed, _stolenToken);
            _log.AppendLine(CultureInfo.InvariantCulture, $"report: {outcome}");
            // The repeated report of an installation before the present arming is answered alike and ends nothing.
            if (outcome == ReportOutcome.Accepted && Machine.Installation.Arming is null)
            {
                Installed += _acknowledged ? 0 : 1;
                _acknowledged = true;
            }
            if (_random.Next(2) == 0)
            {
                await PowerCut();
            }
        }

        private async Task ForeignAsync()
        {
            _stolenNonce = _nonce ?? _stolenNonce;
            var before = Machine.Installation;
            var source = _random.Next(2) == 0 ? NeighbourAddress : IPv4Address.Parse("10.77.0.250");
            var script = await _rig.ScriptAsync(Node, source, _random.Next(2) == 0 ? _stolenNonce : null);
            var config = await _rig.ConfigAsync(Node, source, _stolenNonce, _stolenToken);
            var report = await _rig.ReportAsync(Node, source, ReportStep.Installed, _running is null ? _stolenToken : BootRig.TokenOf(_running));
            _log.AppendLine(CultureInfo.InvariantCulture, $"foreign: {script.GetType().Name}, {config.GetType().Name}, {report}");
            if (script is ScriptAnswer.Boot || config is ConfigAnswer.Config || report == ReportOutcome.Accepted)
            {
                Fault = "a foreign request was answered as the machine's own";
            }
            if (Machine.Installation != before)
            {
                Fault = $"a foreign request changed the state from {before} to {Machine.Installation}";
            }
        }

        private Task StepClock()
        {
            var hours = _random.Next(12);
            _log.AppendLine(CultureInfo.InvariantCulture, $"clock +{hours} h");
            _rig.Clock.AdjustTime(_rig.Clock.GetUtcNow() + TimeSpan.FromHours(_random.Next(3) == 0 ? -hours : hours));
            return Task.CompletedTask;
        }

        private Task ChangeContent()
        {
            _rig.Catalog = ReferenceEquals(_rig.Catalog, First) ? Second : First;
            _log.AppendLine("other content");
            return Task.CompletedTask;
        }

        private async Task Say(string what, Task task)
        {
            await task;
            _log.AppendLine(what);
        }
    }
}
