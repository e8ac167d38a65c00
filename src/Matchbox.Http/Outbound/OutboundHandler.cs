namespace Matchbox.Http.Outbound;

/// <summary>
/// Lends the rules of an <see cref="OutboundClient"/> to a library that wants an <see cref="HttpClient"/>: the same judged addresses, no
/// redirects at all. Time and size are the <see cref="HttpClient"/>'s to bound.
/// </summary>
internal sealed class OutboundHandler(OutboundClient client) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        client.SendOnceAsync(request, cancellationToken);
}
