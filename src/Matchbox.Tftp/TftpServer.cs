using System.Globalization;
using System.Net.Sockets;
using Matchbox.Core.Files;
using Matchbox.Protocols;
using Matchbox.Protocols.Tftp;
using Matchbox.Tftp.Files;
using Matchbox.Tftp.Transfers;
using Matchbox.Tftp.Transport;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Matchbox.Tftp;

/// <summary>
/// Owns UDP port 69: takes read requests, opens their files and hands them to the <see cref="TransferLoop"/>s. Starting fails
/// when a port cannot be had; stopping lets running transfers go on for <see cref="TftpSettings.DrainTime"/>.
/// </summary>
public sealed partial class TftpServer : IHostedService, IDisposable
{
    private readonly TftpSettings _settings;
    private readonly ITftpContent _content;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IHostApplicationLifetime? _lifetime;
    private readonly TransferTable _table;
    private readonly TftpTelemetry _telemetry;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<RequestSocket> _sockets = [];
    private readonly List<TransferLoop> _loops = [];
    private readonly OpeningCount _openings = new();
    private readonly byte[] _inbound = GC.AllocateUninitializedArray<byte>(2048, pinned: true);
    private readonly byte[] _outbound = new byte[TftpPacket.MaxControlLength];
    private Poller? _poller;
    private TaskCompletionSource? _ended;

    public TftpServer(
        TftpSettings settings, ITftpContent content, IEnumerable<ITftpObserver> observers, TimeProvider time, ILogger<TftpServer> logger,
        IHostApplicationLifetime? lifetime = null)
    {
        _settings = settings;
        _content = content;
        _time = time;
        _logger = logger;
        _lifetime = lifetime;
        _table = new TransferTable(settings);
        _telemetry = new TftpTelemetry(observers, _table, logger);
    }

    /// <summary>The port it listens on, once started.</summary>
    public int Port => _sockets.Count > 0 ? _sockets[0].Endpoint.Port : _settings.Port;

    /// <summary>Transfers under way or being opened.</summary>
    public int ActiveTransfers => _table.Count;

    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <exception cref="IOException">A port is taken or not allowed; the inner <see cref="SocketException"/> says which it was.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _poller = new Poller();
        foreach (var address in _settings.Listen)
        {
            try
            {
                var socket = new RequestSocket(address, _settings.Port);
                _poller.Add(socket.Descriptor, _sockets.Count);
                _sockets.Add(socket);
                Log.Listening(_logger, socket.Endpoint);
            }
            catch (SocketException error)
            {
                Dispose();
                var what = error.SocketErrorCode switch
                {
                    SocketError.AddressAlreadyInUse => "another program holds it",
                    SocketError.AccessDenied => "not allowed (CAP_NET_BIND_SERVICE)",
                    _ => error.Message,
                };
                throw new IOException(string.Create(CultureInfo.InvariantCulture, $"TFTP cannot listen on {address} port {_settings.Port}/udp: {what}"), error);
            }
        }
        for (var i = 0; i < _settings.EffectiveThreads; i++)
        {
            var loop = new TransferLoop(i, _table, _telemetry, _time, _logger);
            _loops.Add(loop);
            _ = loop.Ended.ContinueWith(StopHost, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            loop.Start();
        }
        _ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = _ended.Task.ContinueWith(StopHost, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        new Thread(Run) { Name = "tftp-requests", IsBackground = true }.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_ended is null)
        {
            return;
        }
        await _stopping.CancelAsync().ConfigureAwait(false);
        _poller?.Ring();
        await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _openings.WhenNoneAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var until = Now + _settings.DrainTime;
        foreach (var loop in _loops)
        {
            loop.Drain(until);
        }
        await Task.WhenAll(_loops.Select(static loop => loop.Ended)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        foreach (var loop in _loops)
        {
            loop.Dispose();
        }
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
        _loops.Clear();
        _sockets.Clear();
        _poller?.Dispose();
        _telemetry.Dispose();
        _stopping.Dispose();
    }

    /// <summary>A half-dead server is worse than a stopped one.</summary>
    private void StopHost(Task ended)
    {
        Log.LoopDied(_logger, ended.Exception!);
        _lifetime?.StopApplication();
    }

    private void Run()
    {
        try
        {
            var tokens = new long[64];
            while (!_stopping.IsCancellationRequested)
            {
                var count = _poller!.Wait(tokens, Timeout.InfiniteTimeSpan);
                for (var i = 0; i < count; i++)
                {
                    if (tokens[i] != Poller.Bell)
                    {
                        Receive(_sockets[(int)tokens[i]]);
                    }
                }
            }
            _ended!.SetResult();
        }
        catch (Exception fault)
        {
            _ended!.SetException(fault);
        }
    }

    private void Receive(RequestSocket socket)
    {
        // Not until it is empty: other sockets and the end of the service get their turn under a flood.
        for (var i = 0; i < 64 && socket.TryReceive(_inbound, out var length, out var arrival); i++)
        {
            try
            {
                Serve(socket, arrival, _inbound.AsSpan(0, length));
            }
            catch (Exception fault) when (!_stopping.IsCancellationRequested)
            {
                Log.RequestFault(_logger, fault, arrival.Source);
            }
        }
    }

    private void Serve(RequestSocket socket, in Arrival arrival, ReadOnlySpan<byte> datagram)
    {
        if (!IsServed(arrival))
        {
            _telemetry.Ignored(arrival.Source.Address, "network not served");
            return;
        }
        if (!TftpRequest.TryParse(datagram, out var request, out var error))
        {
            if (error == TftpParseError.NotARequest)
            {
                _telemetry.Ignored(arrival.Source.Address, "not a request");
            }
            else
            {
                Refuse(socket, arrival, "", TftpErrorCode.IllegalOperation, "bad request");
            }
        }
        else if (request.IsWrite)
        {
            Refuse(socket, arrival, request.FileName, TftpErrorCode.AccessViolation, "read only");
        }
        else if (request.Mode == TftpMode.Mail)
        {
            Refuse(socket, arrival, request.FileName, TftpErrorCode.IllegalOperation, "no mail");
        }
        else if (!TftpFileName.TryNormalize(request.FileName, out var path))
        {
            Refuse(socket, arrival, request.FileName, TftpErrorCode.AccessViolation, "bad name");
        }
        else
        {
            Admit(socket, arrival, request, path);
        }
    }

    private void Admit(RequestSocket socket, Arrival arrival, TftpRequest request, string path)
    {
        var admission = _table.TryAdmit(arrival.Source, request, Now, out var slot, out var superseded);
        if (superseded is not null)
        {
            _loops.ForEach(static loop => loop.Wake());
        }
        if (slot is null)
        {
            _telemetry.Ignored(arrival.Source.Address, admission switch
            {
                Admission.Duplicate => "duplicate",
                Admission.TooManyFromSource => "too many transfers of this source",
                _ => "too many transfers",
            });
            return;
        }
        // Opening may wait for a disk or a store; requests behind it should not. The slots bound how many wait.
        var opening = new Opening(slot, socket, arrival, request, path, socket.PathMtu(arrival.Source));
        _openings.Run(() => OpenAsync(opening));
    }

    private async Task OpenAsync(Opening opening)
    {
        TftpRefusal refusal;
        try
        {
            var asked = new TftpFileRequest(opening.Path, opening.Arrival.Source.Address, opening.Arrival.Local);
            (var file, refusal) = await _content.OpenAsync(asked, _stopping.Token).ConfigureAwait(false);
            if (file is not null)
            {
                var transfer = Begin(opening, file);
                _loops.MinBy(static loop => loop.Count)!.Add(transfer);
                return;
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            _table.Release(opening.Slot);
            _telemetry.Ignored(opening.Arrival.Source.Address, "stopping");
            return;
        }
        catch (Exception fault)
        {
            Log.RequestFault(_logger, fault, opening.Arrival.Source);
            refusal = TftpRefusal.Unavailable;
        }
        // The slot first: a client that hears "not found" asks for its next file at once, perhaps from the same port.
        _table.Release(opening.Slot);
        Refuse(opening, refusal);
    }

    private ActiveTransfer Begin(Opening opening, TftpFile file)
    {
        try
        {
            var agreed = Negotiation.For(opening.Request, file.Length, opening.PathMtu, _settings);
            BlockSource source = opening.Request.Mode == TftpMode.Netascii
                ? new NetasciiSource(file, agreed.BlockSize, agreed.WindowSize)
                : new OctetSource(file, agreed.BlockSize);
            var socket = new TransferSocket(opening.Arrival.Local, opening.Arrival.Source, agreed.BlockSize, agreed.WindowSize);
            return new ActiveTransfer(opening.Slot, opening.Path, agreed, source, socket, _settings, Now);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private bool IsServed(in Arrival arrival)
    {
        if (!_settings.Interfaces.IsEmpty && (RequestSocket.InterfaceName(arrival.Interface) is not { } name || !_settings.Interfaces.Contains(name)))
        {
            return false;
        }
        foreach (var network in _settings.AllowedNetworks)
        {
            if (network.Contains(arrival.Source.Address))
            {
                return true;
            }
        }
        return _settings.AllowedNetworks.IsEmpty;
    }

    private void Refuse(Opening opening, TftpRefusal refusal)
    {
        var (code, text) = refusal switch
        {
            TftpRefusal.NotFound => (TftpErrorCode.FileNotFound, "not found"),
            TftpRefusal.Forbidden => (TftpErrorCode.AccessViolation, "access denied"),
            _ => (TftpErrorCode.SeeMessage, "unavailable"),
        };
        Span<byte> buffer = stackalloc byte[TftpPacket.MaxControlLength];
        Refuse(opening.Socket, opening.Arrival, opening.Path, code, text, buffer);
    }

    private void Refuse(RequestSocket socket, in Arrival arrival, string name, TftpErrorCode code, string text) =>
        Refuse(socket, arrival, name, code, text, _outbound);

    /// <summary>Short texts: an ERROR must not be worth forging a source address for.</summary>
    private void Refuse(RequestSocket socket, in Arrival arrival, string name, TftpErrorCode code, string text, Span<byte> buffer)
    {
        socket.Send(buffer[..TftpPacket.WriteError(buffer, code, text)], arrival);
        _telemetry.Refused(arrival.Source.Address, name, text);
    }

    private sealed record Opening(TransferSlot Slot, RequestSocket Socket, Arrival Arrival, TftpRequest Request, string Path, int PathMtu);
}
