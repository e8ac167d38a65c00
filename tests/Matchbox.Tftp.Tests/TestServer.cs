using System.Collections.Concurrent;
using Matchbox.Core.Files;
using Matchbox.Protocols;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Matchbox.Tftp.Tests;

/// <summary>The real service on a free port of 127.0.0.1 with files from memory; hears what it logs and reports.</summary>
internal sealed class TestServer : ITftpContent, ITftpObserver, ILogger<TftpServer>, IAsyncDisposable
{
    private readonly TftpServer _server;

    private readonly FakeTimeProvider? _time;

    private TestServer(TftpSettings settings, ITftpContent? content, FakeTimeProvider? time)
    {
        _time = time;
        _server = new TftpServer(settings with { Listen = [IPv4Address.Parse("127.0.0.1")], Port = 0 }, content ?? this, [this], time ?? TimeProvider.System, this);
    }

    public ConcurrentDictionary<string, byte[]> Files { get; } = [];

    public ConcurrentQueue<string> Log { get; } = [];

    public ConcurrentQueue<(string Name, long Bytes)> Completed { get; } = [];

    public ConcurrentQueue<(string Name, string Reason)> Failed { get; } = [];

    public int Port => _server.Port;

    public int ActiveTransfers => _server.ActiveTransfers;

    public static async Task<TestServer> StartAsync(TftpSettings? settings = null, ITftpContent? content = null, FakeTimeProvider? time = null)
    {
        var server = new TestServer(settings ?? new TftpSettings { DrainTime = TimeSpan.FromMilliseconds(50) }, content, time);
        await server._server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public Task StopAsync() => _server.StopAsync(TestContext.Current.CancellationToken);

    /// <summary>Waits for what another thread is about to do; five seconds are a failure.</summary>
    public static async Task Until(Func<bool> condition)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        while (!condition())
        {
            await Task.Delay(5, timeout.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var impatient = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var stopped = _server.StopAsync(impatient.Token);
        while (_time is not null && !stopped.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, impatient.Token);
        }
        await stopped;
        _server.Dispose();
    }

    ValueTask<TftpOpening> ITftpContent.OpenAsync(TftpFileRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(
        Files.TryGetValue(request.Name, out var content) ? TftpOpening.Opened(new MemoryTftpFile(content)) : TftpOpening.Refused(TftpRefusal.NotFound));

    void ITftpObserver.Completed(IPv4Address source, string name, long bytes, TimeSpan duration, long retransmissions) => Completed.Enqueue((name, bytes));

    void ITftpObserver.Failed(IPv4Address source, string name, long bytes, TimeSpan duration, long retransmissions, string reason) => Failed.Enqueue((name, reason));

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Information)
        {
            Log.Enqueue($"{logLevel}: {formatter(state, exception)}");
        }
    }
}
