// Invoke-WebRequest and Invoke-RestMethod: what fails comes as System.Net.WebException, as scripts of 5.1 catch it.
using System;
using System.Management.Automation;
using System.Net;
using System.Net.Http;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text;
using Microsoft.PowerShell.Commands;

namespace Compat51
{
    /// <summary>Errors of the web cmdlets in 5.1's classes and words.</summary>
    internal static class WebErrors
    {
        static ConstructorInfo response;

        /// <summary>Finds .NET's own way to make an HttpWebResponse of an answer.</summary>
        internal static void Find()
        {
            foreach (ConstructorInfo c in typeof(HttpWebResponse).GetConstructors(Engine.Any))
            {
                ParameterInfo[] p = c.GetParameters();
                if (p.Length == 3 && p[0].ParameterType == typeof(HttpResponseMessage)) response = c;
            }
            Engine.Found(response, "constructor", "HttpWebResponse of an HttpResponseMessage (.NET)");
        }

        /// <summary>The error as 5.1 has it; null where it is the same.</summary>
        internal static ErrorRecord As51(ErrorRecord was)
        {
            Exception now = null;
            var answered = was.Exception as HttpResponseException;
            var failed = was.Exception as HttpRequestException;
            if (answered != null) now = Answered(answered.Response, was.ErrorDetails != null ? was.ErrorDetails.Message : "");
            else if (failed != null) now = Failed(failed, was.TargetObject as HttpRequestMessage);
            else if (was.Exception is OperationCanceledException || was.Exception is TimeoutException)
                now = new WebException("The operation has timed out.", was.Exception, WebExceptionStatus.Timeout, null);
            if (now == null) return null;
            string id = was.FullyQualifiedErrorId;
            int comma = id.IndexOf(',');
            string name = answered != null ? "WebCmdletWebResponseException" : comma > 0 ? id.Substring(0, comma) : id;
            var made = new ErrorRecord(now, name, ErrorCategory.InvalidOperation, was.TargetObject);
            if (was.ErrorDetails != null && answered != null) made.ErrorDetails = was.ErrorDetails;
            return made;
        }

        static WebException Answered(HttpResponseMessage answer, string body)
        {
            string reason = string.IsNullOrEmpty(answer.ReasonPhrase) ? answer.StatusCode.ToString() : answer.ReasonPhrase;
            HttpResponseMessage again = Again(answer, body);
            Uri address = answer.RequestMessage != null ? answer.RequestMessage.RequestUri : null;
            return new WebException("The remote server returned an error: (" + (int)answer.StatusCode + ") " + reason + ".", null,
                WebExceptionStatus.ProtocolError, (WebResponse)response.Invoke(new object[] { again, address, null }));
        }

        static WebException Failed(HttpRequestException failed, HttpRequestMessage request)
        {
            switch (failed.HttpRequestError)
            {
                case HttpRequestError.NameResolutionError:
                    string host = request != null && request.RequestUri != null ? request.RequestUri.Host : "";
                    return With("The remote name could not be resolved: '" + host + "'", failed, WebExceptionStatus.NameResolutionFailure);
                case HttpRequestError.ConnectionError:
                    return With("Unable to connect to the remote server", failed, WebExceptionStatus.ConnectFailure);
                case HttpRequestError.SecureConnectionError:
                    return With("The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure "
                        + "channel.", failed, WebExceptionStatus.TrustFailure);
                default:
                    return With("The underlying connection was closed: An unexpected error occurred on a receive.", failed,
                        WebExceptionStatus.ReceiveFailure);
            }
        }

        static WebException With(string message, Exception inner, WebExceptionStatus status)
        {
            return new WebException(message, inner, status, null);
        }

        /// <summary>The answer once more, with its body as the cmdlet read it: the first one is used up by then.</summary>
        static HttpResponseMessage Again(HttpResponseMessage r, string body)
        {
            var copy = new HttpResponseMessage(r.StatusCode)
            {
                ReasonPhrase = r.ReasonPhrase, RequestMessage = r.RequestMessage, Version = r.Version,
            };
            copy.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body ?? ""));
            foreach (var h in r.Headers) copy.Headers.TryAddWithoutValidation(h.Key, h.Value);
            if (r.Content != null && r.Content.Headers.ContentType != null)
                copy.Content.Headers.ContentType = r.Content.Headers.ContentType;
            return copy;
        }
    }

    /// <summary>The engine's side of a cmdlet, with a terminating error turned into 5.1's before the engine takes it.</summary>
    public class ErrorsAs51 : DispatchProxy
    {
        ICommandRuntime real;

        internal static void During(Cmdlet cmdlet, Action work)
        {
            ICommandRuntime was = cmdlet.CommandRuntime;
            var proxy = Create<ICommandRuntime2, ErrorsAs51>();
            ((ErrorsAs51)(object)proxy).real = was;
            cmdlet.CommandRuntime = proxy;
            try { work(); } finally { cmdlet.CommandRuntime = was; }
        }

        protected override object Invoke(MethodInfo method, object[] args)
        {
            if (method.Name == "ThrowTerminatingError") args[0] = WebErrors.As51((ErrorRecord)args[0]) ?? args[0];
            try { return method.Invoke(real, args); }
            catch (TargetInvocationException e) { ExceptionDispatchInfo.Throw(e.InnerException); return null; }
        }
    }

    /// <summary>Invoke-WebRequest with 5.1's errors.</summary>
    public class InvokeWebRequest51 : InvokeWebRequestCommand
    {
        protected override void ProcessRecord() { ErrorsAs51.During(this, base.ProcessRecord); }
    }

    /// <summary>Invoke-RestMethod with 5.1's errors.</summary>
    public class InvokeRestMethod51 : InvokeRestMethodCommand
    {
        protected override void ProcessRecord() { ErrorsAs51.During(this, base.ProcessRecord); }
    }
}
