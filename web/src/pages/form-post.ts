/** Sends the one form of the page on its way (`response_mode=form_post`); its button does the same without this script. */

document.querySelector<HTMLFormElement>("form[data-auto-submit]")?.submit();
