using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Matchbox.Http.Access.OpenId;

/// <summary>The framework's code flow, answering at the callback alone and to GET alone: nothing of a stranger's body is read.</summary>
internal sealed class OpenIdHandler(IOptionsMonitor<OpenIdConnectOptions> options, ILoggerFactory logger, HtmlEncoder html, UrlEncoder url)
    : OpenIdConnectHandler(options, logger, html, url)
{
    public const string SchemeName = "openid";

    public override async Task<bool> HandleRequestAsync() =>
        HttpMethods.IsGet(Request.Method) && Options.CallbackPath == Request.Path && await base.HandleRequestAsync();
}
