using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Matchbox.Http.Outbound;

/// <summary>What came of a call.</summary>
public abstract record OutboundAnswer
{
    private OutboundAnswer()
    {
    }

    /// <summary>The other side answered; <paramref name="Body"/> is the beginning of it, up to the bound.</summary>
    public sealed record Answered(int Status, ReadOnlyMemory<byte> Body) : OutboundAnswer
    {
        /// <summary>How long it asks to be left alone (<c>Retry-After</c>); null: it does not.</summary>
        public TimeSpan? RetryAfter { get; init; }
    }

    /// <summary>We did not call: the target, or where it sent us, may not be called.</summary>
    public sealed record Refused(string Reason) : OutboundAnswer;

    /// <summary>Nobody answered, or not in time.</summary>
    public sealed record Failed(string Reason) : OutboundAnswer;
}

/// <summary>Bounds of a call.</summary>
public sealed record OutboundSettings
{
    /// <summary>From resolving the name to the last octet of the answer.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Octets of an answer that are read.</summary>
    public int MaxAnswer { get; init; } = 64 << 10;

    public int MaxRedirects { get; init; } = 3;

    /// <summary>Whose certificates are believed; null: those that the system trusts.</summary>
    public X509ChainPolicy? Trust { get; init; }

    /// <summary>Calls at once.</summary>
    public int MaxConnections { get; init; } = 8;
}

/// <summary>Gives the addresses of a name.</summary>
public delegate Task<IPAddress[]> NameResolver(string host, CancellationToken cancellation);

/// <summary>
/// The one client that calls outside on somebody's behalf. A name is resolved once for each connection, and the very address that is
/// connected to is the one that was judged: a resolver that answers otherwise the second time gains nothing. Every redirect is judged
/// anew, no proxy is used, no cookie kept. Thread-safe.
/// </summary>
public sealed class OutboundClient : IDisposable
{
    private readonly Func<IPEndPoint, string?> _whyNot;
    private readonly OutboundSettings _settings;
    private readonly NameResolver _resolve;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;

    /// <param name="whyNot">Why an address may not be called, null where it may: <see cref="AddressRules.WhyNot"/>.</param>
    /// <param name="settings">Bounds of each call.</param>
    /// <param name="clock">For the time limit.</param>
    /// <param name="resolve">Gives the addresses of names; null: the system does.</param>
    public OutboundClient(Func<IPEndPoint, string?> whyNot, OutboundSettings settings, TimeProvider clock, NameResolver? resolve = null)
    {
        _whyNot = whyNot;
        _settings = settings;
        _clock = clock;
        _resolve = resolve ?? ((host, cancellation) => Dns.GetHostAddressesAsync(host, cancellation));
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = settings.Trust },
            MaxConnectionsPerServer = settings.MaxConnections,
            MaxResponseHeadersLength = 16,
            // A connection outlives what its name stands for by this much at most.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>
    /// Sends what <paramref name="make"/> makes for each URL that it comes to: it decides what another host may see. What is no GET is sent
    /// again only where the redirect says that it shall be.
    /// </summary>
    public async Task<OutboundAnswer> SendAsync(Uri url, Func<Uri, HttpRequestMessage> make, CancellationToken cancellation)
    {
        using var time = new CancellationTokenSource(_settings.Time, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        try
        {
            for (var hops = 0; ; hops++)
            {
                if (WhyNotUrl(url) is { } why)
                {
                    return new OutboundAnswer.Refused(why);
                }
                using var request = make(url);
                using var response = await _http.SendAsync(request, either.Token);
                if (!IsFollowed(request.Method, (int)response.StatusCode) || response.Headers.Location is not { } location)
                {
                    return new OutboundAnswer.Answered((int)response.StatusCode, await ReadAsync(response, either.Token))
                    {
                        RetryAfter = response.Headers.RetryAfter is { } asked ? asked.Delta ?? asked.Date - _clock.GetUtcNow() : null,
                    };
                }
                if (hops == _settings.MaxRedirects)
                {
                    return new OutboundAnswer.Refused($"more than {_settings.MaxRedirects} redirects");
                }
                var next = new Uri(url, location);
                if (url.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
                {
                    return new OutboundAnswer.Refused("a redirect from https to what is not encrypted");
                }
                url = next;
            }
        }
        catch (HttpRequestException failure) when (failure.InnerException is TargetRefusedException refused)
        {
            return new OutboundAnswer.Refused(refused.Message);
        }
        catch (HttpRequestException failure) when (failure.InnerException is UnknownNameException unknown)
        {
            return new OutboundAnswer.Failed(unknown.Message);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or UriFormatException)
        {
            return new OutboundAnswer.Failed(failure.Message);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return new OutboundAnswer.Failed($"no answer within {_settings.Time.TotalSeconds} s");
        }
    }

    /// <summary>Sends one request and follows nothing; the caller bounds time and size.</summary>
    /// <exception cref="HttpRequestException">The target may not be called, or nobody answered.</exception>
    internal Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        request.RequestUri is { } url && WhyNotUrl(url) is { } why ? throw new HttpRequestException(why) : _http.SendAsync(request, cancellation);

    public void Dispose() => _http.Dispose();

    /// <summary>Why a URL cannot be a target, as far as it can be told without resolving its name.</summary>
    public string? WhyNotUrl(Uri url) =>
        !url.IsAbsoluteUri || url.Scheme is not ("http" or "https") ? "only http and https URLs are called"
        : url.UserInfo.Length > 0 ? "a URL with a user name or password in it is not called"
        : IPAddress.TryParse(url.IdnHost, out var address) ? _whyNot(new IPEndPoint(address, url.Port))
        : null;

    // 301 to 303 make a GET of a POST, which is not what was meant (RFC 9110 §15.4).
    private static bool IsFollowed(HttpMethod method, int status) =>
        status is 307 or 308 || status is 301 or 302 or 303 && (method == HttpMethod.Get || method == HttpMethod.Head);

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var octets = new byte[_settings.MaxAnswer];
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var count = await body.ReadAtLeastAsync(octets, octets.Length, throwOnEndOfStream: false, cancellation);
        return octets.AsMemory(0, count);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await ResolveAsync(host, cancellation);
        string? why = null;
        SocketException? failure = null;
        foreach (var address in addresses)
        {
            var target = new IPEndPoint(address, port);
            if (_whyNot(target) is { } refusal)
            {
                why ??= $"{host}: {refusal}";
                continue;
            }
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                // The address that was judged, and no name that could mean another now.
                await socket.ConnectAsync(target, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException unreachable)
            {
                socket.Dispose();
                failure = unreachable;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        throw failure as Exception ?? new TargetRefusedException(why ?? $"{host} has no address");
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        try
        {
            return await _resolve(host, cancellation);
        }
        catch (SocketException failure)
        {
            // What the system says of it, such as "resource temporarily unavailable", names neither the host nor the trouble.
            throw new UnknownNameException($"the name {host} cannot be resolved: {failure.Message}");
        }
    }

    private sealed class UnknownNameException(string message) : IOException(message);

    private sealed class TargetRefusedException(string message) : IOException(message);
}
