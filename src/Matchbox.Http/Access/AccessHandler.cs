using System.Collections.Immutable;
using System.Security.Claims;
using Matchbox.Core.Access;
using Matchbox.Http.Rest;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Access;

/// <summary>
/// Who asks: the control socket's peer, else who shows a token, else a client certificate, else a session's cookie. A token that
/// does not fit is refused rather than passed over: whoever sends one means it.
/// </summary>
internal sealed class AccessHandler(AccessBook book, ClientCertificates certificates, AdminListenerSettings settings) : IAuthenticationHandler
{
    public const string Scheme = "matchbox";

    private const string Bearer = "Bearer ";

    private HttpContext _context = null!;

    private System.Net.IPAddress? From => _context.Connection.RemoteIpAddress;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync() => Task.FromResult(Authenticate() is { } identity
        ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme))
        : AuthenticateResult.NoResult());

    public Task ChallengeAsync(AuthenticationProperties? properties)
    {
        if (_context.GetEndpoint()?.Metadata.GetMetadata<SignInPage>() is { } page && HttpMethods.IsGet(_context.Request.Method))
        {
            _context.Response.Redirect(page.For(_context.Request));
            return Task.CompletedTask;
        }
        _context.Response.Headers.WWWAuthenticate = "Bearer realm=\"matchbox\"";
        return _context.RefuseAsync(StatusCodes.Status401Unauthorized,
            _context.Request.Headers.Authorization.Count > 0 ? "this token was revoked, has expired or never was" : "sign in, or send a token: Authorization: Bearer mbx_...");
    }

    public Task ForbidAsync(AuthenticationProperties? properties) =>
        _context.RefuseAsync(StatusCodes.Status403Forbidden, $"{_context.Caller().Who} has no right to this: {string.Join(", ", _context.User.Rights())}");

    private AccessIdentity? Authenticate()
    {
        if (_context.Features.Get<ConsoleCaller>() is { } console)
        {
            return Present(console);
        }
        if (_context.Features.Get<ControlPeer>() is { } peer)
        {
            return new AccessIdentity(SignInWay.Socket, peer.Name, [Right.Admin]);
        }
        if (_context.Request.Headers.Authorization is { Count: > 0 } header)
        {
            return header.ToString() is { } text && text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && book.FindToken(text[Bearer.Length..].Trim()) is { } token
                ? new AccessIdentity(SignInWay.Token, $"token {token.Id} ({token.Name})", AccessBook.RightsOf(token.Rights))
                : null;
        }
        if (_context.Connection.ClientCertificate is { } certificate && certificates.UserOf(certificate) is { } name && book.FindUser(name) is { } bearer)
        {
            return new AccessIdentity(SignInWay.Certificate, bearer.Name, AccessBook.RightsOf(bearer.Rights)) { User = bearer.Name, From = From };
        }
        return _context.Request.Cookies[SessionCookie.Name] is { } secret ? IdentityOf(book.FindSession(secret)) : null;
    }

    // A page stays open for hours: what counts is what its user may do now.
    private AccessIdentity? Present(ConsoleCaller console) => console.SessionHash is { } session
        ? IdentityOf(book.FindSessionByHash(session))
        : console.User is { } name && book.FindUser(name) is { } bearer
            ? new AccessIdentity(SignInWay.Certificate, bearer.Name, AccessBook.RightsOf(bearer.Rights)) { User = bearer.Name, From = From }
            : null;

    private AccessIdentity? IdentityOf((User User, Session Session)? found) => found switch
    {
        null => null,
        // Where the provider is no longer configured, whom it vouched for is nobody.
        ({ } person, { Person: not null } session) => settings.OpenId is null
            ? null
            : new AccessIdentity(SignInWay.Session, person.Name, AccessBook.RightsOf(person.Rights)) { SessionHash = session.IdHash, From = From },
        var (user, session) => new AccessIdentity(SignInWay.Session, user.Name, AccessBook.RightsOf(user.Rights)) { User = user.Name, SessionHash = session.IdHash, From = From },
    };
}

/// <summary>The cookie of a session: only over TLS, for this host alone, unseen by scripts, never sent from another site (RFC 6265bis).</summary>
internal static class SessionCookie
{
    public const string Name = "__Host-matchbox";

    private static readonly CookieOptions Options = new()
    {
        Secure = true,
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Path = "/",
    };

    public static void Give(HttpContext context, string secret) =>
        context.Response.Cookies.Append(Name, secret, new CookieOptions(Options) { MaxAge = AccessBook.LongestSession });

    public static void TakeBack(HttpContext context) => context.Response.Cookies.Delete(Name, Options);
}
